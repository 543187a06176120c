package io.leasehold.client.internal.rpc;

/** Whether a call may be sent a second time. */
public enum Repeat {
    /** It changes nothing, or doing it twice is as good as once. */
    ALWAYS,
    /** Only if the first time cannot have reached a server, or the server said that it did nothing. */
    IF_NOT_SENT
}
