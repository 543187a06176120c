package io.leasehold.client.internal.leasing;

import io.leasehold.client.kv.KeyRange;
import io.leasehold.protocol.ByteSequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys this client owns, at most so many, and those it leaves alone for a while. Looked up by any thread, changed by the
 * client's.
 */
final class KeyCache {
    /** A key that is asked back again and again is left alone for at most this many pauses. */
    private static final int PAUSES_MAX = 16;

    private record Rest(long untilNanos, long pauseNanos) {}

    private final int entriesMax;
    private final long pauseNanos;
    private final Map<ByteSequence, OwnedKey> keys = new ConcurrentHashMap<>();

    /** In the order in which they are considered for eviction; may have some that are no longer in the map. */
    private final Deque<OwnedKey> round = new ArrayDeque<>();

    private final Map<ByteSequence, Rest> resting = new LinkedHashMap<>();

    KeyCache(int entriesMax, long pauseNanos) {
        this.entriesMax = entriesMax;
        this.pauseNanos = pauseNanos;
    }

    /** Any thread. */
    @Nullable
    OwnedKey find(ByteSequence key) {
        return keys.get(key);
    }

    /** Any thread. */
    int size() {
        return keys.size();
    }

    /** Makes an entry for a key that has none. */
    OwnedKey add(ByteSequence key) {
        OwnedKey added = new OwnedKey(key);
        keys.put(key, added);
        round.add(added);
        return added;
    }

    /** Takes it out, so that it is not read here any more; answers false if that was done already. */
    boolean remove(OwnedKey entry) {
        entry.lost();
        // What is left of it in the round is dropped when its turn comes, or with all the others like it.
        if (round.size() > 2 * entriesMax) {
            round.removeIf(old -> old != entry && keys.get(old.key()) != old);
        }
        return keys.remove(entry.key(), entry);
    }

    /** An entry to give up before another is added; empty while there is room. It is the caller's to remove it. */
    Optional<OwnedKey> crowdedOut() {
        if (keys.size() < entriesMax) {
            return Optional.empty();
        }
        // Each is asked twice at most: the first time it may have been used since.
        for (int asked = 2 * round.size(); asked > 0; asked--) {
            OwnedKey entry = round.remove();
            if (keys.get(entry.key()) != entry) {
                continue;
            }
            if (entry.ownership() != null && !entry.wasUsed()) {
                return Optional.of(entry);
            }
            round.add(entry);
        }
        return Optional.empty();
    }

    boolean isFull() {
        return keys.size() >= entriesMax;
    }

    List<OwnedKey> all() {
        return new ArrayList<>(keys.values());
    }

    /** Those whose keys lie in the range. */
    List<OwnedKey> in(KeyRange range) {
        List<OwnedKey> inside = new ArrayList<>();
        for (OwnedKey entry : keys.values()) {
            if (range.contains(entry.key())) {
                inside.add(entry);
            }
        }
        return inside;
    }

    /** The key is not to be owned again for a while: for longer if that was said of it a short time ago. */
    void rest(ByteSequence key, long nowNanos) {
        Rest before = resting.remove(key);
        long pause = pauseNanos;
        if (before != null && nowNanos - before.untilNanos() < before.pauseNanos()) {
            pause = Math.min(2 * before.pauseNanos(), PAUSES_MAX * pauseNanos);
        }
        if (resting.size() >= entriesMax) {
            ByteSequence eldest = resting.keySet().iterator().next();
            resting.remove(eldest);
        }
        resting.put(key, new Rest(nowNanos + pause, pause));
    }

    boolean isResting(ByteSequence key, long nowNanos) {
        Rest rest = resting.get(key);
        return rest != null && nowNanos - rest.untilNanos() < 0;
    }
}
