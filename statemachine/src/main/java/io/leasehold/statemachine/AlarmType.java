package io.leasehold.statemachine;

/** What an alarm warns of; stored by their order: append only. */
public enum AlarmType {
    /** None: as a filter, all of them. */
    NONE,
    /** The store has reached its quota: nothing that adds data is taken. */
    NOSPACE,
    /** A member's data differs from the others': nothing that changes data is taken. */
    CORRUPT
}
