package io.leasehold.lease.leasehttp;

/** What came of asking {@link HttpLeases}: a value, or the HTTP status and text to say why not. */
public sealed interface LeaseHttpAnswer<T> {
    /** It was done. */
    record Done<T>(T value) implements LeaseHttpAnswer<T> {}

    /**
     * It was not done.
     *
     * @param status an HTTP status of 400 or more
     * @param text one line for people, without a line break
     */
    record Failed<T>(int status, String text) implements LeaseHttpAnswer<T> {}

    /** There is no such lease. */
    static <T> LeaseHttpAnswer<T> notFound() {
        return new Failed<>(404, "lease not found");
    }

    /** This member has not applied what it must have applied to know; worth asking again. */
    static <T> LeaseHttpAnswer<T> catchingUp() {
        return new Failed<>(408, "waiting for node to catch up its applied index has timed out");
    }

    /** It was refused for the reason given: not primary, for one. */
    static <T> LeaseHttpAnswer<T> refused(String text) {
        return new Failed<>(400, text);
    }

    /** Leadership was lost while the lease was looked at. */
    static <T> LeaseHttpAnswer<T> demoted() {
        return new Failed<>(500, "lessor demoted while being asked");
    }
}
