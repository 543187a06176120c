package io.leasehold.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.mvcc.StoreEvent;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random clients against the obvious: every watcher is to see exactly the store's changes that it asked for, in order,
 * whole revisions at a time, however slow its stream is and whatever the dispatcher had to drop.
 */
final class WatchModelTest {
    private static final int ROUNDS = 12;
    private static final int STEPS = 600;

    @TempDir
    Path directory;

    @Test
    void every_watcher_sees_exactly_what_it_asked_for() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            long seed = new Random().nextLong();
            runRound(seed, directory.resolve("round-" + round));
        }
    }

    @Test
    void every_watcher_sees_exactly_what_it_asked_for_with_the_first_seed() throws IOException {
        runRound(1, directory);
    }

    private static void runRound(long seed, Path directory) throws IOException {
        Random random = new Random(seed);
        EventFeed.Limits limits = random.nextBoolean() ? EventFeed.Limits.DEFAULT : new EventFeed.Limits(6, 3);
        try (StoreUnderWatch store = new StoreUnderWatch(directory, limits, 300)) {
            Round run = new Round(random, store, seed);
            for (int step = 0; step < STEPS; step++) {
                run.step();
            }
            run.finish();
        }
    }

    /** What one watcher has seen, against what it should. */
    private static final class Seen {
        final WatchSpec spec;
        final long start;
        int events;
        long lastRevision;
        boolean inFragments;
        boolean ended;

        Seen(WatchSpec spec, long start) {
            this.spec = spec;
            this.start = start;
        }
    }

    /** A client's stream. */
    private static final class Client {
        final RecordingSink sink = new RecordingSink();
        final WatchStream stream;
        final Map<Long, Seen> watchers = new HashMap<>();
        final List<WatchSpec> asked = new ArrayList<>();

        Client(StoreUnderWatch store) {
            stream = store.dispatcher.open(sink);
        }
    }

    private static final class Round {
        private final Random random;
        private final StoreUnderWatch store;
        private final String seed;
        private final List<Client> clients = new ArrayList<>();
        private final List<StoreEvent> history = new ArrayList<>();

        Round(Random random, StoreUnderWatch store, long seed) {
            this.random = random;
            this.store = store;
            this.seed = "seed " + seed;
        }

        void step() {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> write();
                case 4 -> client().stream.progress();
                case 5 -> create(client());
                case 6 -> cancel(client());
                case 7 -> slowDown(client());
                case 8 -> speedUp(client());
                case 9 -> compact();
                default -> store.dispatcher.turn(store.nowNanos);
            }
            clients.forEach(this::check);
        }

        void finish() {
            for (Client client : clients) {
                client.sink.makeRoom(Integer.MAX_VALUE, client.stream);
            }
            store.settle();
            for (Client client : clients) {
                client.stream.progress();
            }
            store.settle();
            for (Client client : clients) {
                check(client);
                client.watchers.values().stream().filter(seen -> !seen.ended).forEach(seen -> assertThat(seen.events)
                        .as("%s: all events of %s from %d", seed, seen.spec, seen.start)
                        .isEqualTo(expected(seen).size()));
            }
        }

        private Client client() {
            if (clients.size() < 4) {
                clients.add(new Client(store));
            }
            return clients.get(random.nextInt(clients.size()));
        }

        private void write() {
            int revisions = 1 + random.nextInt(5);
            for (int i = 0; i < revisions; i++) {
                int changes = 1 + random.nextInt(3);
                List<ByteSequence> keys = new ArrayList<>();
                for (int j = 0; j < changes; j++) {
                    ByteSequence key = key();
                    if (keys.contains(key)) {
                        continue;
                    }
                    keys.add(key);
                    if (random.nextInt(3) == 0) {
                        store.store.deleteKey(key);
                    } else {
                        store.store.put(key, StoreUnderWatch.bytes("v" + random.nextInt()), random.nextInt(3));
                    }
                }
                store.store.finishRevision();
            }
            List<StoreEvent> events = store.store.publish();
            history.addAll(events);
            store.dispatcher.applied(events, store.snapshot());
        }

        private ByteSequence key() {
            return StoreUnderWatch.bytes("k" + random.nextInt(8));
        }

        private void create(Client client) {
            long now = store.snapshot().revision();
            long start =
                    switch (random.nextInt(4)) {
                        case 0 -> 0;
                        case 1 -> now + random.nextInt(10);
                        default -> 1 + random.nextLong(now);
                    };
            KeyRange range =
                    switch (random.nextInt(3)) {
                        case 0 -> KeyRange.ALL;
                        case 1 -> KeyRange.single(key());
                        default -> KeyRange.of(StoreUnderWatch.bytes("k2"), StoreUnderWatch.bytes("k6"));
                    };
            WatchSpec spec = new WatchSpec(
                    range,
                    start,
                    0,
                    random.nextInt(6) == 0,
                    random.nextInt(6) == 0,
                    random.nextBoolean(),
                    false,
                    random.nextBoolean());
            client.asked.add(spec);
            client.stream.create(spec);
        }

        private void cancel(Client client) {
            if (!client.watchers.isEmpty()) {
                List<Long> ids = List.copyOf(client.watchers.keySet());
                client.stream.cancel(ids.get(random.nextInt(ids.size())));
            }
        }

        private void slowDown(Client client) {
            client.sink.room = random.nextInt(3);
        }

        private void speedUp(Client client) {
            client.sink.makeRoom(random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(5), client.stream);
        }

        private void compact() {
            long from = Math.max(store.snapshot().compactedRevision(), 1);
            long to = store.snapshot().revision();
            if (random.nextInt(4) == 0 && to > from + 1) {
                store.compact(from + 1 + random.nextLong(to - from));
            }
        }

        private void check(Client client) {
            for (WatchMessage message : client.sink.take()) {
                switch (message) {
                    case WatchMessage.Created created -> {
                        WatchSpec spec = client.asked.removeFirst();
                        long start = spec.startRevision() == 0 ? created.revision() + 1 : spec.startRevision();
                        Seen before = client.watchers.put(created.watchId(), new Seen(spec, start));
                        assertThat(before).as("%s: new id", seed).isNull();
                    }
                    case WatchMessage.Refused refused -> throw new AssertionError(seed + ": " + refused);
                    case WatchMessage.Canceled canceled -> seen(client, canceled.watchId()).ended = true;
                    case WatchMessage.Compacted compacted -> {
                        Seen seen = seen(client, compacted.watchId());
                        seen.ended = true;
                        assertThat(compacted.compactRevision())
                                .as("%s: it was too late", seed)
                                .isGreaterThan(nextWanted(seen));
                    }
                    case WatchMessage.Progress progress ->
                        client.watchers.values().stream()
                                .filter(seen -> !seen.ended)
                                .forEach(seen -> checkProgress(seen, progress.revision()));
                    case WatchMessage.Events events -> checkEvents(seen(client, events.watchId()), events);
                }
            }
        }

        private Seen seen(Client client, long id) {
            Seen seen = client.watchers.get(id);
            if (seen == null) {
                throw new AssertionError(seed + ": no watcher " + id);
            }
            assertThat(seen.ended)
                    .as("%s: nothing after the end of %d", seed, id)
                    .isFalse();
            return seen;
        }

        /** The watcher has wanted at least this revision. */
        private static long nextWanted(Seen seen) {
            return Math.max(seen.start, seen.lastRevision + 1);
        }

        private void checkProgress(Seen seen, long revision) {
            long owed = expected(seen).stream()
                    .filter(event -> event.record().modRevision() <= revision)
                    .count();
            assertThat((long) seen.events).as("%s: progress %d", seed, revision).isEqualTo(owed);
            assertThat(seen.start).isLessThanOrEqualTo(revision + 1);
        }

        private void checkEvents(Seen seen, WatchMessage.Events message) {
            List<StoreEvent> expected = expected(seen);
            List<Event> events = decode(message);
            for (int i = 0; i < events.size(); i++) {
                long revision = events.get(i).getKv().getModRevision();
                assertThat(seen.events).as("%s: no event too many", seed).isLessThan(expected.size());
                StoreEvent wanted = expected.get(seen.events);
                checkEvent(events.get(i), wanted, seen.spec.prevKv());
                assertThat(revision).isLessThanOrEqualTo(message.revision());
                if (i == 0 && !seen.inFragments) {
                    assertThat(revision).as("%s: revisions are not split", seed).isGreaterThan(seen.lastRevision);
                }
                seen.lastRevision = revision;
                seen.events++;
            }
            seen.inFragments = message.fragment();
            assertThat(seen.spec.fragment() || !message.fragment()).isTrue();
        }

        private void checkEvent(Event event, StoreEvent wanted, boolean prevKv) {
            assertThat(event.getType() == Event.EventType.DELETE).as(seed).isEqualTo(wanted.isDelete());
            assertThat(event.getKv().getKey().toStringUtf8())
                    .as(seed)
                    .isEqualTo(wanted.record().key().toUtf8());
            assertThat(event.getKv().getModRevision())
                    .as(seed)
                    .isEqualTo(wanted.record().modRevision());
            assertThat(event.getKv().getValue().toStringUtf8())
                    .as(seed)
                    .isEqualTo(wanted.record().value().toUtf8());
            KeyValueRecord previous = prevKv ? wanted.previous() : null;
            if (event.hasPrevKv()) {
                assertThat(event.getPrevKv().getModRevision())
                        .as(seed)
                        .isEqualTo(previous == null ? -1 : previous.modRevision());
            } else if (previous != null) {
                assertThat(previous.modRevision())
                        .as("%s: only what is compacted may be missing", seed)
                        .isLessThanOrEqualTo(store.snapshot().compactedRevision());
            }
        }

        private List<StoreEvent> expected(Seen seen) {
            return history.stream()
                    .filter(event -> event.record().modRevision() >= seen.start)
                    .filter(event -> seen.spec.range().contains(event.record().key()))
                    .filter(event -> event.isDelete() ? !seen.spec.noDelete() : !seen.spec.noPut())
                    .toList();
        }
    }

    static List<Event> decode(WatchMessage.Events message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (EncodedEvent event : message.events()) {
            ByteBuffer encoded = ByteBuffer.allocate(event.length(message.prevKv()));
            event.writeTo(encoded, message.prevKv());
            bytes.writeBytes(encoded.array());
        }
        try {
            return WatchResponse.parseFrom(bytes.toByteArray()).getEventsList();
        } catch (IOException e) {
            throw new AssertionError("not a WatchResponse", e);
        }
    }
}
