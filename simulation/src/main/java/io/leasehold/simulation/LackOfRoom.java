package io.leasehold.simulation;

import java.io.IOException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/** Ends a process whose disk is full: thrown where the product halts. */
final class LackOfRoom extends Error {
    private static final long serialVersionUID = 1L;

    /** As the kernel and {@link io.leasehold.simulation.disk.MemoryDisk} say it. */
    private static final String REASON = "No space left on device";

    private static final int CAUSES_MAX = 20;

    LackOfRoom(Throwable cause) {
        super(cause);
    }

    /** What the engine says when its log cannot grow. */
    static IOException onLogDisk() {
        return new FileSystemException("log", null, REASON);
    }

    /** Whether something was thrown because a disk is full. */
    static boolean caused(@Nullable Throwable thrown) {
        Throwable at = thrown;
        for (int i = 0; at != null && i < CAUSES_MAX; i++) {
            if (at instanceof LackOfRoom || (at instanceof FileSystemException e && REASON.equals(e.getReason()))) {
                return true;
            }
            at = at.getCause();
        }
        return false;
    }
}
