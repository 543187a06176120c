package io.leasehold.client.lease.classic;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.lease.LeaseRenewal;
import io.leasehold.client.lease.Leases;
import io.leasehold.client.lease.LossReason;
import io.leasehold.client.lease.Revocation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease client with the names of its first design. It is a thin layer over {@link Leases}, which does the sending and
 * the timing; what is answered goes through the functions of that design, in its order. For new programs {@code Leases} says
 * more. docs/lease-client.md has the table from each name to its modern form.
 *
 * <p>Safe for any thread.
 */
public final class Lease {
    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    private final LeaseholdClient client;
    private final Leases leases;
    private final Map<Long, ClassicKeepAlive> keepAlives = new ConcurrentHashMap<>();
    private final StreamObserver observer = new StreamObserver();

    /** Over a client, which is not closed with it. */
    public Lease(LeaseholdClient client) {
        this.client = client;
        this.leases = client.leases();
    }

    /** Grants a lease of so many seconds; positive. */
    public CompletableFuture<LeaseGrant> grant(long ttlSeconds) {
        return leases.grant(Duration.ofSeconds(ttlSeconds));
    }

    /** Revokes a lease. */
    public CompletableFuture<Revocation> revoke(long leaseId) {
        return leases.revoke(leaseId);
    }

    /** Opens the stream and begins to keep leases alive. Again, or after it was begun by a keepalive: nothing happens. */
    public void startKeepAliveService() {
        leases.start();
    }

    /**
     * Ends the keeping of all leases that were added here, and closes the stream unless the client keeps others on it. No
     * lease is revoked, and no handler called.
     */
    public void closeKeepAliveService() {
        List<ClassicKeepAlive> all = List.copyOf(keepAlives.values());
        keepAlives.clear();
        boolean alone = leases.counts().kept() <= all.size();
        all.forEach(ClassicKeepAlive::close);
        if (alone) {
            leases.stop();
        }
    }

    /** Replaces the handler of a lease that is kept alive. */
    public void setLeaseHandler(long leaseId, LeaseHandler handler) {
        find(leaseId).handler(handler);
    }

    /** Keeps the lease alive and tells the handler; of a lease that is kept already the handler is replaced. */
    public ClassicKeepAlive keepAlive(long leaseId, LeaseHandler handler) {
        ClassicKeepAlive fresh = new ClassicKeepAlive(leaseId, handler, client.nanoTime());
        ClassicKeepAlive present = keepAlives.putIfAbsent(leaseId, fresh);
        if (present != null) {
            present.handler(handler);
            return present;
        }
        fresh.handle(leases.keepAlive(leaseId, new Bridge()));
        return fresh;
    }

    /** Ends the keeping of one lease, without revoking it. */
    public void cancelKeepAlive(long leaseId) {
        ClassicKeepAlive kept = find(leaseId);
        keepAlives.remove(leaseId, kept);
        kept.close();
    }

    private ClassicKeepAlive find(long leaseId) {
        ClassicKeepAlive kept = keepAlives.get(leaseId);
        if (kept == null) {
            throw new NoSuchLeaseException(leaseId);
        }
        return kept;
    }

    /**
     * One round of sending, now: a request for each lease whose {@code nextKeepAliveTime} has come. The client's timer does
     * this by itself, to the millisecond; calling it besides does no harm.
     */
    public void keepAliveExecutor() {
        long now = client.nanoTime();
        for (ClassicKeepAlive kept : keepAlives.values()) {
            if (now - kept.nextKeepAliveTime() >= 0) {
                var unused = leases.keepAliveOnce(kept.leaseId()).exceptionally(failed -> {
                    LOG.debug("keepalive failed lease={}", Long.toHexString(kept.leaseId()), failed);
                    return new LeaseRenewal(kept.leaseId(), Duration.ZERO, Duration.ZERO, now);
                });
            }
        }
    }

    /** One round of reaping, now: each lease whose {@code deadLine} has passed is removed and its handler told. */
    public void deadLineExecutor() {
        long now = client.nanoTime();
        for (ClassicKeepAlive kept : keepAlives.values()) {
            if (kept.isAnswered() && now - kept.deadLine() >= 0) {
                expire(kept, LossReason.LOCAL_DEADLINE);
            }
        }
    }

    /**
     * What is done with an answer: without a positive TTL the lease is removed and its handler told that it has expired;
     * else its times are set anew and its handler told of the answer. An answer for an unknown lease is ignored.
     */
    public void processKeepAliveRespond(LeaseRenewal respond) {
        ClassicKeepAlive kept = keepAlives.get(respond.id());
        if (kept == null) {
            return;
        }
        if (respond.ttl().isZero() || respond.ttl().isNegative()) {
            expire(kept, LossReason.SERVER_SAID_GONE);
        } else {
            kept.renewed(respond, client.nanoTime());
            kept.handler().onKeepAliveRespond(respond);
        }
    }

    private void expire(ClassicKeepAlive kept, LossReason reason) {
        if (keepAlives.remove(kept.leaseId(), kept)) {
            kept.close();
            kept.handler().onLeaseExpired(kept.leaseId(), reason);
        }
    }

    /** Takes what the servers deliver. */
    public StreamObserver keepAliveResponseStreamObserver() {
        return observer;
    }

    /** Takes what the servers deliver, on the client's callback executor. */
    public final class StreamObserver {
        private StreamObserver() {}

        /** An answer was delivered. */
        public void onNext(LeaseRenewal respond) {
            processKeepAliveRespond(respond);
        }

        /** The stream is lost; it is opened again by itself. Each handler is told. */
        public void onError(long leaseId, LeaseholdException error) {
            ClassicKeepAlive kept = keepAlives.get(leaseId);
            if (kept != null) {
                kept.handler().onError(leaseId, error);
            }
        }
    }

    /** From the modern listener to the names of old. */
    private final class Bridge implements LeaseListener {
        @Override
        public void onRenewed(LeaseRenewal renewal) {
            observer.onNext(renewal);
        }

        @Override
        public void onError(long leaseId, LeaseholdException error) {
            observer.onError(leaseId, error);
        }

        @Override
        public void onLost(long leaseId, LossReason reason) {
            ClassicKeepAlive kept = keepAlives.get(leaseId);
            if (kept == null) {
                return;
            }
            if (reason == LossReason.SERVER_SAID_GONE) {
                observer.onNext(new LeaseRenewal(leaseId, Duration.ZERO, Duration.ZERO, client.nanoTime()));
            } else if (reason == LossReason.CLOSED) {
                keepAlives.remove(leaseId, kept);
            } else {
                expire(kept, reason);
            }
        }
    }
}
