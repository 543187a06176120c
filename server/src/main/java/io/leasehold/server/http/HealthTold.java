package io.leasehold.server.http;

/** Hears what the health endpoints answer. Any thread; returns at once. */
public interface HealthTold {
    /** Hears nothing. */
    HealthTold NOBODY = new HealthTold() {
        @Override
        public void health(boolean well) {}

        @Override
        public void check(String type, String name, boolean passed) {}
    };

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
