package io.leasehold.mvcc;

import java.io.Serial;

/** A segment file was written by a newer release, in a format this one does not know. The files are left as they are. */
public final class UnsupportedFormatException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    UnsupportedFormatException(String message) {
        super(message);
    }
}
