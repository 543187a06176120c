package io.leasehold.client.internal.recipes;

import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.recipes.Leader;
import io.leasehold.client.recipes.LeaderListener;
import io.leasehold.client.recipes.LeaderObserver;
import io.leasehold.client.watch.Follower;
import io.leasehold.client.watch.RangeListener;
import io.leasehold.client.watch.RangeSnapshot;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchEnd;
import io.leasehold.client.watch.WatchEvent;
import io.leasehold.protocol.ByteSequence;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All candidates of an election, and so at each revision the leader: the one created first. It needs no further reads, so a
 * leader that has lost meanwhile is never told. Its state belongs to the calls of its listener.
 */
final class CandidateView implements RangeListener, LeaderObserver {
    private static final Comparator<KeyValue> OLDEST = Comparator.comparingLong(KeyValue::createRevision);

    private final Function<KeyValue, Leader> asLeader;
    private final LeaderListener listener;
    private final Map<ByteSequence, KeyValue> candidates = new HashMap<>();
    private @Nullable KeyValue told;
    private boolean anythingTold;
    private volatile @Nullable Leader leader;
    private @Nullable Follower follower;

    CandidateView(Function<KeyValue, Leader> asLeader, LeaderListener listener) {
        this.asLeader = asLeader;
        this.listener = listener;
    }

    void follow(Follower running) {
        follower = running;
    }

    @Override
    public void onSnapshot(RangeSnapshot snapshot) {
        candidates.clear();
        snapshot.entries().forEach(entry -> candidates.put(entry.key(), entry));
        tell();
    }

    @Override
    public void onEvents(WatchBatch batch) {
        List<WatchEvent> events = batch.events();
        for (int i = 0; i < events.size(); i++) {
            WatchEvent event = events.get(i);
            if (event.isDelete()) {
                candidates.remove(event.entry().key());
            } else {
                candidates.put(event.entry().key(), event.entry());
            }
            boolean last = i + 1 == events.size();
            if (last || events.get(i + 1).entry().modRevision() != event.entry().modRevision()) {
                tell();
            }
        }
    }

    private void tell() {
        KeyValue now = candidates.values().stream().min(OLDEST).orElse(null);
        if (anythingTold && isSame(now, told)) {
            return;
        }
        anythingTold = true;
        told = now;
        if (now == null) {
            leader = null;
            listener.onNobody();
        } else {
            Leader leads = asLeader.apply(now);
            leader = leads;
            listener.onLeader(leads);
        }
    }

    private static boolean isSame(@Nullable KeyValue one, @Nullable KeyValue other) {
        if (one == null || other == null) {
            return one == null && other == null;
        }
        return one.key().equals(other.key()) && one.modRevision() == other.modRevision();
    }

    @Override
    public void onEnded(WatchEnd end) {
        leader = null;
        listener.onEnded(end.message());
    }

    @Override
    public Optional<Leader> leader() {
        return Optional.ofNullable(leader);
    }

    @Override
    public void close() {
        Objects.requireNonNull(follower, "not begun").close();
    }
}
