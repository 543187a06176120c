package io.leasehold.statemachine;

/**
 * What one place in a log entry holds: a command and on whose behalf it runs.
 *
 * @param identity who asked; {@link Identity#NONE} for nobody known, {@link Identity#MEMBER} for the cluster's own commands
 */
public record Proposal(Command command, Identity identity) {
    /** A command on nobody's behalf. */
    public static Proposal of(Command command) {
        return new Proposal(command, Identity.NONE);
    }

    /** A command of a member's own, which needs no permission. */
    public static Proposal ofMember(Command command) {
        return new Proposal(command, Identity.MEMBER);
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

        /** A member of the cluster. No client can be taken for it, as no user has an empty name. */
        public static final Identity MEMBER = new Identity("", -1);

        boolean isMember() {
            return equals(MEMBER);
        }

        boolean isNone() {
            return userName.isEmpty() && authRevision == 0;
        }
    }
}
