package io.leasehold.client.internal.recipes;

import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.recipes.Barrier;
import io.leasehold.client.recipes.DoubleBarrier;
import io.leasehold.client.recipes.Election;
import io.leasehold.client.recipes.FencedReadWriteLock;
import io.leasehold.client.recipes.LeaderLatch;
import io.leasehold.client.recipes.Mutex;
import io.leasehold.client.recipes.PrioritizedQueue;
import io.leasehold.client.recipes.Recipes;
import io.leasehold.client.recipes.Semaphore;
import io.leasehold.client.recipes.Stm;
import io.leasehold.client.recipes.WorkQueue;
import io.leasehold.client.session.LeaseHolder;
import io.leasehold.protocol.ByteSequence;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Makes the recipes of a client, and knows the claims of all holders. Any thread. */
public final class RecipeBook implements Recipes {
    private static final int PERMITS_MAX = 1000;
    private static final ByteSequence READ = ByteSequence.utf8("read/");
    private static final ByteSequence WRITE = ByteSequence.utf8("write/");

    private final ClientParts parts;
    private final Map<LeaseHolder, HolderClaims> claims = new ConcurrentHashMap<>();

    /** Made by the client. */
    public RecipeBook(ClientParts parts) {
        this.parts = parts;
    }

    ClientParts parts() {
        return parts;
    }

    /** The claims of a holder: always the same object as long as the holder lives. */
    HolderClaims claims(LeaseHolder holder) {
        HolderClaims known = claims.get(holder);
        if (known != null) {
            return known;
        }
        HolderClaims made = new HolderClaims(parts, holder, () -> claims.remove(holder));
        known = claims.putIfAbsent(holder, made);
        if (known != null) {
            return known;
        }
        // A holder that has ended says so at once, and the claims are forgotten again.
        holder.listen(made);
        return made;
    }

    @Override
    public Mutex mutex(LeaseHolder holder, ByteSequence name) {
        ByteSequence prefix = ClientParts.under(name);
        return new LineMutex(
                claims(holder),
                new Line(KeyRange.prefix(prefix), 1),
                () -> prefix.concat(ClientParts.hex(holder.leaseId())));
    }

    @Override
    public FencedReadWriteLock readWriteLock(LeaseHolder holder, ByteSequence name) {
        ByteSequence prefix = ClientParts.under(name);
        ByteSequence readers = prefix.concat(READ);
        ByteSequence writers = prefix.concat(WRITE);
        HolderClaims mine = claims(holder);
        Mutex read = new LineMutex(mine, new Line(KeyRange.prefix(writers), 1), () -> numbered(readers));
        Mutex write = new LineMutex(mine, new Line(KeyRange.prefix(prefix), 1), () -> numbered(writers));
        return new FencedReadWriteLock() {
            @Override
            public Mutex readLock() {
                return read;
            }

            @Override
            public Mutex writeLock() {
                return write;
            }
        };
    }

    ByteSequence numbered(ByteSequence prefix) {
        return prefix.concat(ByteSequence.utf8(parts.number()));
    }

    @Override
    public Semaphore semaphore(LeaseHolder holder, ByteSequence name, int permits) {
        if (permits < 1 || permits > PERMITS_MAX) {
            throw new IllegalArgumentException("1 to " + PERMITS_MAX + " permits, got " + permits);
        }
        ByteSequence prefix = ClientParts.under(name);
        return new LineMutex(
                claims(holder),
                new Line(KeyRange.prefix(prefix), permits),
                () -> numbered(prefix.concat(ClientParts.hex(holder.leaseId())).concat(ByteSequence.utf8("-"))));
    }

    @Override
    public Election election(ByteSequence name) {
        return new LineElection(this, name);
    }

    @Override
    public LeaderLatch leaderLatch(
            LeaseHolder holder, ByteSequence name, ByteSequence value, LeaderLatch.Listener listener) {
        RunningLatch latch = new RunningLatch(parts, election(name), holder, value, listener);
        latch.begin();
        return latch;
    }

    @Override
    public Stm stm() {
        return new RetriedStm(parts);
    }

    @Override
    public Barrier barrier(ByteSequence name) {
        return new KeyBarrier(parts, name);
    }

    @Override
    public DoubleBarrier doubleBarrier(LeaseHolder holder, ByteSequence name, int parties) {
        return new PartyBarrier(parts, claims(holder), name, parties);
    }

    @Override
    public WorkQueue queue(ByteSequence name) {
        return new KeyQueue(parts, name);
    }

    @Override
    public PrioritizedQueue prioritizedQueue(ByteSequence name) {
        return new SequencedQueue(parts, name);
    }
}
