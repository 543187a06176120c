package io.leasehold.client.internal.leasing;

import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Those who wait for a leasing key to go. On the client's thread alone. */
final class Departures {
    private final Map<ByteSequence, List<Wait>> waits = new HashMap<>();

    /**
     * Begins to listen, which is done before it is known after which revision the key has to go: the news of it may come
     * first.
     */
    Wait expect(ByteSequence key) {
        Wait wait = new Wait(key);
        waits.computeIfAbsent(key, none -> new ArrayList<>(1)).add(wait);
        return wait;
    }

    /** The leasing key was deleted, or ended with its lease, at this revision. */
    void gone(ByteSequence key, long revision) {
        List<Wait> waiting = waits.get(key);
        if (waiting != null) {
            List.copyOf(waiting).forEach(wait -> wait.gone(revision));
        }
    }

    /** Any of them may have gone: it was not seen. */
    void anyMayBeGone() {
        for (List<Wait> waiting : List.copyOf(waits.values())) {
            List.copyOf(waiting).forEach(wait -> wait.gone(Long.MAX_VALUE));
        }
    }

    /** One who waits for one key. */
    final class Wait {
        private final ByteSequence key;
        private long goneRevision;
        private long afterRevision;
        private @Nullable Runnable then;

        Wait(ByteSequence key) {
            this.key = key;
        }

        /** Runs this, once, when the key has gone after the revision, which may be at once. */
        void after(long revision, Runnable next) {
            afterRevision = revision;
            then = next;
            runIfGone();
        }

        /** Waits no more. */
        void close() {
            then = null;
            List<Wait> waiting = waits.get(key);
            if (waiting != null && waiting.remove(this) && waiting.isEmpty()) {
                waits.remove(key);
            }
        }

        private void gone(long revision) {
            goneRevision = Math.max(goneRevision, revision);
            runIfGone();
        }

        private void runIfGone() {
            Runnable next = then;
            if (next != null && goneRevision > afterRevision) {
                close();
                next.run();
            }
        }
    }
}
