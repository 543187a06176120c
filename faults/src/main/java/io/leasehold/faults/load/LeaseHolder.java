package io.leasehold.faults.load;

import io.grpc.StatusRuntimeException;
import io.leasehold.faults.cluster.FaultyCluster;
import io.leasehold.faults.cluster.Member;
import io.leasehold.faults.history.LeaseStory;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrantResponse;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Takes a lease, ties a key to it, renews it through any member for a while, and revokes or leaves it; and again. */
final class LeaseHolder extends Client {
    private static final int TTL_MIN_SECONDS = 2;
    private static final int TTL_MAX_SECONDS = 5;
    private static final int RENEWALS_MAX = 8;
    private static final int REVOKE_PERCENT = 25;
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 100;

    private final String prefix;
    private int taken;

    LeaseHolder(String name, int home, FaultyCluster cluster, Book book, SplittableRandom random, String prefix) {
        super(name, home, cluster, book, random);
        this.prefix = prefix;
    }

    @Override
    public void run() {
        while (!isOver()) {
            try {
                holdOne();
            } catch (StatusRuntimeException failed) {
                // A lease that nobody knows of, or without a key: it ends by itself and tells nothing.
                book.countFailure();
                pauseMillis(PAUSE_AFTER_FAILURE_MILLIS);
            }
        }
    }

    private void holdOne() {
        long ttlSeconds = random.nextLong(TTL_MIN_SECONDS, TTL_MAX_SECONDS + 1);
        long grantSentNanos = now();
        LeaseGrantResponse lease = leases(member())
                .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(ttlSeconds).build());
        taken++;
        String key = prefix + name + "-" + taken;
        kv(member())
                .put(PutRequest.newBuilder()
                        .setKey(bytes(key))
                        .setValue(bytes("held"))
                        .setLease(lease.getID())
                        .build());
        List<LeaseStory.Renewal> renewals = new ArrayList<>();
        long lastSentNanos = renewForAWhile(lease, key, grantSentNanos, renewals);
        long revokeSentNanos = LeaseStory.NEVER;
        long revokedNanos = LeaseStory.NEVER;
        if (random.nextInt(100) < REVOKE_PERCENT) {
            revokeSentNanos = now();
            revokedNanos = revoke(lease.getID());
            renew(lease.getID(), key, renewals);
        }
        book.lease(new LeaseStory(
                lease.getID(),
                key,
                lease.getTTL(),
                grantSentNanos,
                renewals,
                lastSentNanos,
                revokeSentNanos,
                revokedNanos));
    }

    private long renewForAWhile(
            LeaseGrantResponse lease, String key, long grantSentNanos, List<LeaseStory.Renewal> renewals) {
        int count = random.nextInt(RENEWALS_MAX + 1);
        long lastSentNanos = grantSentNanos;
        for (int i = 0; i < count && !isOver(); i++) {
            // Mostly in time, now and then at the last moment or too late.
            long ttlMillis = TimeUnit.SECONDS.toMillis(lease.getTTL());
            pauseMillis(random.nextInt(4) == 0 ? random.nextLong(ttlMillis * 11 / 10) : ttlMillis / 3);
            lastSentNanos = now();
            OptionalLong ttl = renew(lease.getID(), key, renewals);
            if (ttl.isPresent() && ttl.getAsLong() == 0) {
                return lastSentNanos;
            }
        }
        return lastSentNanos;
    }

    private OptionalLong renew(long id, String key, List<LeaseStory.Renewal> renewals) {
        Member member = member();
        long sentNanos = now();
        OptionalLong ttl = OneRenewal.send(channel(member), id, deadlineMillis());
        if (ttl.isEmpty()) {
            book.countFailure();
            pauseMillis(PAUSE_AFTER_FAILURE_MILLIS);
            return ttl;
        }
        long receivedNanos = now();
        boolean seen = ttl.getAsLong() == 0 && isThere(key);
        renewals.add(new LeaseStory.Renewal(sentNanos, receivedNanos, ttl.getAsLong(), member.name(), seen));
        return ttl;
    }

    private boolean isThere(String key) {
        try {
            RangeResponse found = kv(member())
                    .range(RangeRequest.newBuilder().setKey(bytes(key)).build());
            if (found.getCount() == 0) {
                book.gone(key, now());
            }
            return found.getCount() > 0;
        } catch (StatusRuntimeException failed) {
            book.countFailure();
            return false;
        }
    }

    private long revoke(long id) {
        try {
            leases(member())
                    .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(id).build());
            return now();
        } catch (StatusRuntimeException unknown) {
            book.countFailure();
            return LeaseStory.NEVER;
        }
    }
}
