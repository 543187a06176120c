package io.leasehold.faults.load;

import io.leasehold.faults.cluster.FaultyCluster;
import io.leasehold.faults.history.WatchLine;
import io.leasehold.protocol.ReadsClock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** All clients of one round, a thread each. */
@ReadsClock("clients live on the real clock")
public final class Load {
    private static final int KEY_USERS = 10;
    private static final int LEASE_HOLDERS = 10;

    /** One at home with each of three members and a fourth that competes with the first. */
    private static final int FOLLOWERS = 4;

    private final Book book = new Book();
    private final List<Client> callers = new ArrayList<>();
    private final List<Follower> followers = new ArrayList<>();
    private final List<Thread> callerThreads = new ArrayList<>();
    private final List<Thread> followerThreads = new ArrayList<>();

    /**
     * Starts the clients.
     *
     * @param prefix of all keys of the round; none of them was ever written before
     * @param startRevision a revision before all of theirs
     */
    public Load(FaultyCluster cluster, SplittableRandom random, String prefix, long startRevision) {
        long startNanos = System.nanoTime();
        for (int i = 0; i < FOLLOWERS; i++) {
            followers.add(new Follower("follower" + i, i, cluster, book, random.split(), prefix, startRevision));
        }
        for (int i = 0; i < KEY_USERS; i++) {
            callers.add(new KeyUser("user" + i, i, cluster, book, random.split(), prefix, startNanos));
        }
        for (int i = 0; i < LEASE_HOLDERS; i++) {
            callers.add(new LeaseHolder("holder" + i, i, cluster, book, random.split(), prefix + "lease-"));
        }
        followers.forEach(follower -> followerThreads.add(start(follower)));
        callers.forEach(caller -> callerThreads.add(start(caller)));
    }

    /** What they saw. */
    public Book book() {
        return book;
    }

    /** Ends those that call; returns when the last call has its answer or has failed. Those that watch go on. */
    public void endCalls() {
        callers.forEach(Client::end);
        callerThreads.forEach(Load::join);
    }

    /** Whether all that watch know of everything up to a revision. */
    public boolean isBeyond(long revision) {
        return followers.stream().allMatch(follower -> follower.isBeyond(revision));
    }

    /** Ends those that watch, and tells what each received. */
    public Map<String, List<WatchLine>> endWatches() {
        followers.forEach(Client::end);
        followerThreads.forEach(Load::join);
        Map<String, List<WatchLine>> received = new LinkedHashMap<>();
        followers.forEach(follower -> received.put(follower.name(), follower.lines()));
        return received;
    }

    private static Thread start(Client client) {
        return Thread.ofPlatform().name("faults-" + client.name).daemon().start(client);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
