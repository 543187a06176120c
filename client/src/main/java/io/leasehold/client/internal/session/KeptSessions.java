package io.leasehold.client.internal.session;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.Leases;
import io.leasehold.client.session.Session;
import io.leasehold.client.session.SessionOptions;
import io.leasehold.client.session.SessionTicket;
import io.leasehold.client.session.Sessions;
import io.leasehold.client.watch.Watches;
import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Makes sessions over a client's leases, keys and watches. Any thread. */
public final class KeptSessions implements Sessions {
    private final SessionRegistry registry;
    private final Caller caller;
    private final Leases leases;
    private final Kv kv;
    private final Watches watches;

    /** Made by the client. */
    public KeptSessions(SessionRegistry registry, Caller caller, Leases leases, Kv kv, Watches watches) {
        this.registry = registry;
        this.caller = caller;
        this.leases = leases;
        this.kv = kv;
        this.watches = watches;
    }

    @Override
    public CompletableFuture<Session> open(SessionOptions options) {
        return leases.grant(options.ttl()).thenCompose(grant -> adopt(grant, options));
    }

    @Override
    public CompletableFuture<Session> adopt(LeaseGrant grant, SessionOptions options) {
        return EpochKey.claim(kv, options, grant.id()).thenApply(epoch -> begin(grant, options, epoch));
    }

    @Override
    public CompletableFuture<Session> adopt(long leaseId, SessionOptions options) {
        return renewed(leaseId).thenCompose(grant -> adopt(grant, options));
    }

    @Override
    public CompletableFuture<Session> resume(SessionTicket ticket, SessionOptions options) {
        ByteSequence prefix = options.epochPrefix()
                .orElseThrow(() -> new IllegalArgumentException("only a resumable session can be resumed"));
        ByteSequence key = EpochKey.of(prefix, ticket.leaseId());
        return renewed(ticket.leaseId()).thenCompose(grant -> kv.txn()
                .when(Compare.version(key).equalTo(ticket.epoch()))
                .then(Op.put(key, ByteSequence.EMPTY, PutOptions.DEFAULT.lease(grant.id())))
                .commit()
                .thenCompose(result -> {
                    if (!result.succeeded()) {
                        throw LeaseholdException.local(
                                LeaseholdException.Kind.REFUSED, "session " + ticket + " has been resumed since");
                    }
                    long revision = result.header().revision();
                    EpochKey epoch = new EpochKey(key, ticket.epoch() + 1, revision);
                    return attachedKeys(grant.id(), key).thenApply(attached -> {
                        KeptSession session = begin(grant, options, epoch);
                        attached.forEach(entry -> session.remember(entry.key(), entry.value()));
                        return (Session) session;
                    });
                }));
    }

    private KeptSession begin(LeaseGrant grant, SessionOptions options, EpochKey epoch) {
        KeptSession session = new KeptSession(registry, caller, leases, kv, watches, options);
        session.begin(grant, epoch);
        return session;
    }

    /** Renews the lease to learn its TTL, and counts it from before that. */
    private CompletableFuture<LeaseGrant> renewed(long leaseId) {
        long beforeNanos = caller.timeline().nanos();
        return leases.keepAliveOnce(leaseId)
                .thenApply(renewal -> new LeaseGrant(leaseId, renewal.ttl(), 0, beforeNanos));
    }

    private CompletableFuture<List<KeyValue>> attachedKeys(long leaseId, ByteSequence epochKey) {
        return leases.timeToLive(leaseId, true).thenCompose(left -> {
            CompletableFuture<List<KeyValue>> all = CompletableFuture.completedFuture(new ArrayList<>());
            for (ByteSequence key : left.keys()) {
                if (!key.equals(epochKey)) {
                    all = all.thenCombine(kv.get(KeyRange.single(key), GetOptions.DEFAULT), KeptSessions::withFirst);
                }
            }
            return all;
        });
    }

    private static List<KeyValue> withFirst(List<KeyValue> entries, GetResult found) {
        found.first().ifPresent(entries::add);
        return entries;
    }
}
