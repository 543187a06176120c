package io.leasehold.statemachine;

import java.io.Serial;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The state on disk cannot be opened. Says what is wrong, in which file, and what a person can do. */
public final class RecoveryException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    RecoveryException(String what, Path file, String whatToDo) {
        this(what, file, whatToDo, null);
    }

    RecoveryException(String what, Path file, String whatToDo, @Nullable Throwable cause) {
        super(what + "; file " + file + "; " + whatToDo, cause);
    }
}
