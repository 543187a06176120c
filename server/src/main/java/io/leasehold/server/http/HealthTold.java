package io.leasehold.server.http;

/** Hears what the health endpoints answer. Any thread; returns at once. */
public interface HealthTold {
    /** An answer of {@code /health}. */
    void health(boolean well);

    /**
     * A check that was run.
     *
     * @param type {@code livez} or {@code readyz}
     * @param name the check's
     */
    void check(String type, String name, boolean passed);
}
