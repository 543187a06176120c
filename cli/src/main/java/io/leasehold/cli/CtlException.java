package io.leasehold.cli;

/** A command that cannot go on: what to tell the person who typed it, and the exit code that etcdctl has for it. */
public final class CtlException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Code code;

    /** etcdctl's exit codes. */
    public enum Code {
        /** The server or the command failed. */
        ERROR(1),
        /** No connection, or not let in. */
        BAD_CONNECTION(2),
        /** What came by stdin is wrong. */
        INVALID_INPUT(3),
        /** This format or option does not exist here. */
        BAD_FEATURE(4),
        /** Cut off by the server. */
        INTERRUPTED(5),
        /** Wrong arguments. */
        BAD_ARGUMENTS(128);

        private final int number;

        Code(int number) {
            this.number = number;
        }

        /** What the process ends with. */
        public int number() {
            return number;
        }
    }

    /** Ends the command with a message and no cause. */
    public CtlException(Code code, String message) {
        super(message);
        this.code = code;
    }

    /** Ends the command with a message that tells of a cause. */
    public CtlException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** How the process ends. */
    public Code code() {
        return code;
    }
}
