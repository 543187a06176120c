package io.leasehold.raft;

import java.nio.file.Path;

/** A log file is damaged in a way no crash leaves behind: starting would lose acknowledged entries. */
public final class LogCorruptedException extends LogStartException {

    private final Path file;
    private final long offsetBytes;

    /**
     * Damage found in a file.
     *
     * @param file the damaged file
     * @param offsetBytes where the first damaged record begins
     * @param message what was expected and seen there, and what to do
     */
    public LogCorruptedException(Path file, long offsetBytes, String message) {
        super(message, null);
        this.file = file;
        this.offsetBytes = offsetBytes;
    }

    /** The damaged file. */
    public Path file() {
        return file;
    }

    /** Where in the file the first damaged record begins, in bytes. */
    public long offsetBytes() {
        return offsetBytes;
    }
}
