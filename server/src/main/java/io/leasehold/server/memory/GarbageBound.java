package io.leasehold.server.memory;

/**
 * Decides when the whole heap is to be collected. The serial collector by itself looks for garbage among old objects when
 * the heap has reached its limit, which is half of the machine, and not before; and old garbage is what an index makes
 * that is copied on write: a copy of a node is often old when the next one takes its place.
 *
 * <p>A collection of everything holds everybody up, for about a millisecond and a half for each megabyte alive. So it waits
 * until the heap has grown by much, measured against what was alive after the last one; when nobody asks anything of the
 * server, where it holds nobody up, by less; and while many leases end, which others are not to notice, by more. Looks at
 * nothing itself; one thread's.
 */
final class GarbageBound {
    /** Growth that is borne at any size: what 140,000 puts in random order leave behind, or 600,000 of few keys. */
    static final long GROWTH_BYTES_MIN = 128L << 20;

    /** Growth in proportion to what is alive: so a collection of 0.7 s comes once in a million puts. */
    static final int GROWTH_PER_ALIVE = 2;

    /** Growth that is not borne in quiet: twice what the nursery holds, which is in every figure here. */
    static final long QUIET_GROWTH_BYTES_MIN = 48L << 20;

    /** Less than this between two looks is what an idle server makes by itself. */
    static final long QUIET_BYTES_MAX = 1L << 20;

    /** Looks without anything going on that make it quiet: a pause between two steps of a client is not. */
    static final int QUIET_LOOKS_MIN = 5;

    /** Expired between two looks, so many are a storm: it is over in seconds, and a collection can wait. */
    static final int STORM_LEASES_MIN = 1_000;

    private long aliveBytes;
    private long lastUsedBytes;
    private int quietLooks;
    private long expiredLeases;

    /** A bound for a heap that has just come to hold so much. */
    GarbageBound(long usedBytes) {
        collected(usedBytes);
    }

    /**
     * One look, a second after the one before.
     *
     * @param usedBytes what the heap holds, garbage included
     * @param expired how many leases have ended by running out, ever; fewer than before is a server that began anew
     * @return whether it is to be collected now; {@link #collected} follows then
     */
    boolean isDue(long usedBytes, long expired) {
        boolean storm = expired - expiredLeases >= STORM_LEASES_MIN;
        expiredLeases = expired;
        long change = usedBytes - lastUsedBytes;
        lastUsedBytes = usedBytes;
        // A young collection makes it less; then something has been going on.
        quietLooks = change >= 0 && change <= QUIET_BYTES_MAX ? quietLooks + 1 : 0;
        // The JVM may have collected everything by itself.
        aliveBytes = Math.min(aliveBytes, usedBytes);
        long growthBytes = usedBytes - aliveBytes;
        long borneBytes = Math.max(GROWTH_BYTES_MIN, GROWTH_PER_ALIVE * aliveBytes);
        // A million leases leave 160 MB of garbage behind; they are what makes the bound large.
        return growthBytes >= (storm ? borneBytes + borneBytes / 2 : borneBytes)
                || (quietLooks >= QUIET_LOOKS_MIN && growthBytes >= QUIET_GROWTH_BYTES_MIN);
    }

    /** Everything was collected and this is what was alive. */
    void collected(long usedBytes) {
        aliveBytes = usedBytes;
        lastUsedBytes = usedBytes;
        quietLooks = 0;
    }
}
