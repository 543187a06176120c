package io.leasehold.faults.cluster;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What happens on each link between members just now. Thread-safe: whoever makes trouble writes it, the proxies read it for
 * each piece of data.
 */
public final class Network {
    private final Set<Link> cut = ConcurrentHashMap.newKeySet();
    private final Set<Link> held = ConcurrentHashMap.newKeySet();
    private final ConcurrentMap<Link, Long> delayNanos = new ConcurrentHashMap<>();

    /** Breaks the connections that use the link, and each new one at once. */
    public void cut(Link link) {
        cut.add(link);
    }

    /**
     * Keeps what is sent until the link is healed: what a network that loses packets looks like to TCP. What was sent before
     * arrives then, late.
     */
    public void hold(Link link) {
        held.add(link);
    }

    /** Lets each piece of data arrive so much later. */
    public void delay(Link link, Duration time) {
        delayNanos.put(link, time.toNanos());
    }

    /** All links as they should be. */
    public void heal() {
        cut.clear();
        held.clear();
        delayNanos.clear();
    }

    boolean isCut(Link link) {
        return cut.contains(link);
    }

    boolean isHeld(Link link) {
        return held.contains(link);
    }

    long delayNanos(Link link) {
        return delayNanos.getOrDefault(link, 0L);
    }
}
