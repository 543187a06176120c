package io.leasehold.faults.load;

import io.grpc.StatusRuntimeException;
import io.leasehold.faults.cluster.FaultyCluster;
import io.leasehold.faults.cluster.Member;
import io.leasehold.faults.history.Change;
import io.leasehold.faults.history.RegisterCall;
import io.leasehold.faults.history.RegisterCall.Action;
import io.leasehold.faults.history.RegisterCall.Answer;
import io.leasehold.faults.history.StampedCall;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads, writes, swaps and deletes a few keys that all clients share; each value is written once. */
final class KeyUser extends Client {
    /** Few, so that calls meet; changed every while, so that no history of one key gets long. */
    private static final int KEYS = 6;

    private static final long GENERATION_NANOS = TimeUnit.SECONDS.toNanos(6);
    private static final long PAUSE_MAX_MILLIS = 40;
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 100;

    private final String prefix;
    private final long startNanos;
    private final Map<String, @Nullable String> lastSeen = new HashMap<>();
    private int written;

    KeyUser(
            String name,
            int home,
            FaultyCluster cluster,
            Book book,
            SplittableRandom random,
            String prefix,
            long startNanos) {
        super(name, home, cluster, book, random);
        this.prefix = prefix;
        this.startNanos = startNanos;
    }

    @Override
    public void run() {
        while (!isOver()) {
            boolean answered = callOnce();
            pauseMillis(answered ? random.nextLong(PAUSE_MAX_MILLIS) : PAUSE_AFTER_FAILURE_MILLIS);
        }
    }

    private boolean callOnce() {
        String key = key(random.nextInt(KEYS));
        int dice = random.nextInt(100);
        if (dice < 35) {
            return call(List.of(key), new RegisterCall.Get(), KeyRequests::get);
        } else if (dice < 40) {
            return readLocally(key);
        } else if (dice < 55) {
            return call(List.of(key), new RegisterCall.Put(newValue()), KeyRequests::put);
        } else if (dice < 62) {
            return call(List.of(key), new RegisterCall.Delete(), KeyRequests::delete);
        } else if (dice < 85) {
            return call(List.of(key), new RegisterCall.Swap(lastSeen.get(key), newValue()), KeyRequests::swap);
        } else if (dice < 93) {
            return call(twoKeys(), new RegisterCall.BlindPut(newValue()), KeyRequests::putAll);
        }
        return call(twoKeys(), new RegisterCall.Get(), KeyRequests::getAll);
    }

    private List<String> twoKeys() {
        int first = random.nextInt(KEYS);
        return List.of(key(first), key((first + 1 + random.nextInt(KEYS - 1)) % KEYS));
    }

    private boolean call(List<String> keys, Action action, KeyRequests.Request request) {
        Member member = member();
        String who = name + "@" + member;
        long invokedNanos = now();
        try {
            KeyRequests.Reply reply = request.send(kv(member), keys, action);
            long returnedNanos = now();
            for (String key : keys) {
                String seen = reply.seen().getOrDefault(key, Optional.empty()).orElse(null);
                Answer answer = new Answer(reply.done(), seen);
                book.register(key, new RegisterCall(who, invokedNanos, returnedNanos, action, answer));
                lastSeen.put(key, reply.done() ? written(action, seen) : seen);
            }
            List<Change> writes = reply.changed() ? changes(keys, action, reply.revision()) : List.of();
            book.stamp(new StampedCall(
                    who + " " + action, invokedNanos, returnedNanos, reply.revision(), true, writes, reply.seen()));
            return true;
        } catch (StatusRuntimeException unknown) {
            if (!(action instanceof RegisterCall.Get)) {
                keys.forEach(key ->
                        book.register(key, new RegisterCall(who, invokedNanos, RegisterCall.UNKNOWN, action, null)));
            }
            book.countFailure();
            return false;
        }
    }

    /** A serializable read may be of the past, but of one that was. */
    private boolean readLocally(String key) {
        Member member = member();
        long invokedNanos = now();
        try {
            KeyRequests.Reply reply = KeyRequests.getLocally(kv(member), key);
            book.stamp(new StampedCall(
                    name + "@" + member + " serializable Get",
                    invokedNanos,
                    now(),
                    reply.revision(),
                    false,
                    List.of(),
                    reply.seen()));
            return true;
        } catch (StatusRuntimeException failed) {
            book.countFailure();
            return false;
        }
    }

    private static List<Change> changes(List<String> keys, Action action, long revision) {
        Stream<Change> changes = keys.stream()
                .map(key -> new Change(revision, key, action.writes().orElse(null)));
        return changes.toList();
    }

    private static @Nullable String written(Action action, @Nullable String seen) {
        return action instanceof RegisterCall.Get ? seen : action.writes().orElse(null);
    }

    private String key(int number) {
        return prefix + "k" + (now() - startNanos) / GENERATION_NANOS + "-" + number;
    }

    private String newValue() {
        written++;
        return name + "-" + written;
    }
}
