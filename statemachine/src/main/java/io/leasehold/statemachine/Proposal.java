package io.leasehold.statemachine;

/**
 * What one place in a log entry holds: a command and on whose behalf it runs.
 *
 * @param identity who asked; {@link Identity#NONE} for the cluster's own commands and while authentication is off
 */
public record Proposal(Command command, Identity identity) {
    /** A command on nobody's behalf. */
    public static Proposal of(Command command) {
        return new Proposal(command, Identity.NONE);
    }

    /**
     * Who asked for a command.
     *
     * @param userName empty for nobody
     * @param authRevision auth revision at which the proposing server checked the permission; apply refuses an older one
     */
    public record Identity(String userName, long authRevision) {
        /** Nobody. */
        public static final Identity NONE = new Identity("", 0);

        boolean isNone() {
            return userName.isEmpty() && authRevision == 0;
        }
    }
}
