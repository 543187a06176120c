package io.leasehold.server.loop;

/**
 * What happens when a replica cannot go on: it must stop rather than skip an entry and diverge from the others. The
 * process ends; inside a test JVM the server does.
 */
@FunctionalInterface
public interface FatalHandler {
    /**
     * Stops this member for good; called at most a few times, from any thread, and must not throw.
     *
     * @param what the sentence for the operator: what could not be done, and at which entry or file
     * @param cause why
     */
    void halt(String what, Throwable cause);

    /** This member was removed from the cluster: it is to stop, in peace. From any thread. */
    default void removed() {
        halt("be a member", new IllegalStateException("this member was removed from the cluster"));
    }

    /** The state of another member was fetched: this one is to be closed and started again. From any thread. */
    default void startAnew() {
        halt("catch up", new IllegalStateException("the state of another member was fetched; start this one again"));
    }
}
