package io.leasehold.mvcc;

import java.io.Serial;

/**
 * The store's files do not hold what was written to them. The message names the file, the offset and what to do. Never
 * retried: the member must stop serving and be restored.
 */
public final class StoreCorruptedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    StoreCorruptedException(String message) {
        super(message);
    }
}
