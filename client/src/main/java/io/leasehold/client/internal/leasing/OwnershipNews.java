package io.leasehold.client.internal.leasing;

import io.leasehold.client.internal.time.Timeline;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.session.Session;
import io.leasehold.client.session.SessionEnd;
import io.leasehold.client.session.SessionListener;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchEnd;
import io.leasehold.client.watch.WatchEvent;
import io.leasehold.client.watch.WatchListener;
import io.leasehold.protocol.ByteSequence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is heard of the leasing keys and of the lease they hang on: what can no longer be relied on is taken out of the cache,
 * and what others ask for is given back. It is told on the callback executor, and acts on the client's thread.
 */
final class OwnershipNews implements WatchListener, SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(OwnershipNews.class);

    private final LeasingCore core;
    private final Timeline timeline;
    private final KeyCache cache;
    private final Returns returns;
    private final Session session;

    OwnershipNews(LeasingCore core, Returns returns, Session session) {
        this.core = core;
        this.timeline = core.timeline();
        this.cache = core.cache();
        this.returns = returns;
        this.session = session;
    }

    // ---- told by the watch and the session

    @Override
    public void onEvents(WatchBatch batch) {
        timeline.execute(() -> batch.events().forEach(this::heard));
    }

    @Override
    public void onCompacted(long compactRevision) {
        timeline.execute(() -> heardNothingFor(compactRevision));
    }

    @Override
    public void onEnded(WatchEnd end) {
        timeline.execute(() -> {
            core.becomeDeaf();
            if (!core.isClosed() && end.reason() != WatchEnd.Reason.CLOSED) {
                LOG.warn("leasing keys cannot be watched, nothing is cached any more why={}", end.message());
                cache.all().forEach(core::giveBackOrDisturb);
            }
        });
    }

    @Override
    public void onLeaseLost(long leaseId) {
        timeline.execute(() -> leaseEnded(leaseId));
    }

    @Override
    public void onEnded(SessionEnd end) {
        if (core.isClosed()) {
            return;
        }
        if (end == SessionEnd.ORPHANED) {
            // Only the client gives it up like that, when it is closed itself.
            core.closedWithClient();
        } else {
            LOG.warn("the session of the leasing cache has ended, nothing is cached any more why={}", end);
        }
    }

    // ---- on the client's thread

    private void heard(WatchEvent event) {
        KeyValue leasing = event.entry();
        ByteSequence key = core.names().keyOf(leasing.key());
        long revision = leasing.modRevision();
        boolean askedBack = !event.isDelete() && leasing.value().equals(LeasingKeys.REVOKE);
        OwnedKey entry = cache.find(key);
        if (entry != null) {
            entry.heard(revision);
            OwnedKey.Ownership owned = entry.ownership();
            // Whatever it was but the beginning of the ownership itself, the key can no longer be relied on.
            if (owned != null && revision > owned.createRevision()) {
                cache.remove(entry);
            }
        }
        if (event.isDelete()) {
            core.departures().gone(key, revision);
        } else if (askedBack && leasing.leaseId() == session.leaseId()) {
            core.statistics().revocationsReceived.increment();
            cache.rest(key, timeline.nanos());
            // Not a later ownership: somebody else may have had the key in between.
            returns.begin(
                    key,
                    leasing.leaseId(),
                    Compare.createRevision(core.names().of(key)).lessThan(revision));
        }
    }

    private void heardNothingFor(long revision) {
        LOG.info("leasing keys were not followed for a while, all are given back keys={}", cache.size());
        for (OwnedKey entry : cache.all()) {
            if (entry.ownership() == null) {
                entry.heard(revision);
            } else {
                core.giveBack(entry);
            }
        }
        core.departures().anyMayBeGone();
    }

    private void leaseEnded(long leaseId) {
        for (OwnedKey entry : cache.all()) {
            OwnedKey.Ownership owned = entry.ownership();
            if (owned != null && owned.leaseId() == leaseId) {
                cache.remove(entry);
            }
        }
    }
}
