package io.leasehold.cli;

/** Why a command's own command could not be started, in Go's words. Pure functions. */
public final class ChildFailure {
    private ChildFailure() {}

    /** {@code program}: as it was typed. */
    public static String words(String program) {
        return program.contains("/")
                ? "fork/exec " + program + ": no such file or directory"
                : "exec: " + Ctl.quoted(program) + ": executable file not found in $PATH";
    }
}
