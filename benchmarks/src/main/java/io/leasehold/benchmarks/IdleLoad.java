package io.leasehold.benchmarks;

/** No load at all: what a server takes that nobody asks anything. */
final class IdleLoad implements Workload {
    @Override
    public void start(Meter meter) {}

    @Override
    public void close() {}
}
