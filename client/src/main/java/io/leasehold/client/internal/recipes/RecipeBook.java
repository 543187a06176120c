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
import io.leasehold.client.session.Session;
import io.leasehold.protocol.ByteSequence;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Makes the recipes of a client, and knows the claims of its sessions. Any thread. */
public final class RecipeBook implements Recipes {
    private static final int PERMITS_MAX = 1000;
    private static final ByteSequence READ = ByteSequence.utf8("read/");
    private static final ByteSequence WRITE = ByteSequence.utf8("write/");

    private final ClientParts parts;
    private final Map<Session, SessionClaims> claims = new ConcurrentHashMap<>();

    /** Made by the client. */
    public RecipeBook(ClientParts parts) {
        this.parts = parts;
    }

    ClientParts parts() {
        return parts;
    }

    /** The claims of a session: always the same object as long as the session lives. */
    SessionClaims claims(Session session) {
        SessionClaims known = claims.get(session);
        if (known != null) {
            return known;
        }
        SessionClaims made = new SessionClaims(parts, session, () -> claims.remove(session));
        known = claims.putIfAbsent(session, made);
        if (known != null) {
            return known;
        }
        // A session that has ended says so at once, and the claims are forgotten again.
        session.listen(made);
        return made;
    }

    @Override
    public Mutex mutex(Session session, ByteSequence name) {
        ByteSequence prefix = ClientParts.under(name);
        return new LineMutex(
                claims(session),
                new Line(KeyRange.prefix(prefix), 1),
                () -> prefix.concat(ClientParts.hex(session.leaseId())));
    }

    @Override
    public FencedReadWriteLock readWriteLock(Session session, ByteSequence name) {
        ByteSequence prefix = ClientParts.under(name);
        ByteSequence readers = prefix.concat(READ);
        ByteSequence writers = prefix.concat(WRITE);
        SessionClaims mine = claims(session);
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
    public Semaphore semaphore(Session session, ByteSequence name, int permits) {
        if (permits < 1 || permits > PERMITS_MAX) {
            throw new IllegalArgumentException("1 to " + PERMITS_MAX + " permits, got " + permits);
        }
        ByteSequence prefix = ClientParts.under(name);
        return new LineMutex(
                claims(session),
                new Line(KeyRange.prefix(prefix), permits),
                () -> numbered(prefix.concat(ClientParts.hex(session.leaseId())).concat(ByteSequence.utf8("-"))));
    }

    @Override
    public Election election(ByteSequence name) {
        return new LineElection(this, name);
    }

    @Override
    public LeaderLatch leaderLatch(
            Session session, ByteSequence name, ByteSequence value, LeaderLatch.Listener listener) {
        RunningLatch latch = new RunningLatch(parts, election(name), session, value, listener);
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
    public DoubleBarrier doubleBarrier(Session session, ByteSequence name, int parties) {
        return new PartyBarrier(parts, claims(session), name, parties);
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
