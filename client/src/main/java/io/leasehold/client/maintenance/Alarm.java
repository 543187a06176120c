package io.leasehold.client.maintenance;

/** An alarm of a member. */
public record Alarm(long memberId, Type type) {
    /** What it is about. */
    public enum Type {
        /** Stands for all types where alarms are asked for or taken back. */
        NONE,
        /** The quota is used up: nothing can be put. */
        NO_SPACE,
        /** Data is damaged. */
        CORRUPT
    }
}
