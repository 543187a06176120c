package io.leasehold.benchmarks;

/** Load of one kind, kept up until it is closed. */
interface Workload extends AutoCloseable {
    /** Prepares what the load needs (keys, leases), then sets everything in flight; returns at once after that. */
    void start(Meter meter);

    /** Stops issuing new operations; what is in flight may still complete. */
    @Override
    void close();
}
