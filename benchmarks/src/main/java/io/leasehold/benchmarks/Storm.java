package io.leasehold.benchmarks;

/**
 * An expiry storm: leases renewed once, as fast as the server answers, then left.
 *
 * @param leases how many there are
 * @param keysPerLease keys attached to each
 * @param ttlSeconds long enough for all of them to be renewed before the first one ends
 */
record Storm(String name, int leases, int keysPerLease, int ttlSeconds) {
    static Storm of(int leases, int keysPerLease, int ttlSeconds) {
        String keys = keysPerLease == 1 ? "" : "x" + keysPerLease;
        return new Storm("storm " + leases + keys, leases, keysPerLease, ttlSeconds);
    }

    /** The same with another TTL. */
    Storm withTtl(int seconds) {
        return new Storm(name, leases, keysPerLease, seconds);
    }
}
