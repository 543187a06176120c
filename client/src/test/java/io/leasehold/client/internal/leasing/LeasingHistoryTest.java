package io.leasehold.client.internal.leasing;

import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.client.VirtualTimeline;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.client.leasing.LeasingOptions;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/**
 * Clients that read and write the same keys by the protocol while they are cut off, stand still, lose answers and leases.
 * Every answer is checked against the history of the store: there must be one order of all calls, that of their time, in
 * which each read sees what was written last.
 */
@NullUnmarked // What is not there is null here, as in a map.
final class LeasingHistoryTest {
    private static final int SEEDS = Integer.getInteger("leasing.seeds", 20);
    private static final int STEPS = 1_500;
    private static final List<ByteSequence> KEYS = List.of(utf8("a"), utf8("b"), utf8("c"), utf8("d"));

    private static final class Run {
        private final Random random;
        private final VirtualTimeline time = new VirtualTimeline();
        private final ModelStore store = new ModelStore(time);
        private final List<ModelClient> clients = new ArrayList<>();
        private final List<String> violations = new ArrayList<>();
        private final Map<ModelClient, Long> headers = new HashMap<>();
        private final long seed;
        private final boolean lyingSessions;
        private final LeasingOptions options;

        /** The earliest place in the order of writes that a call which begins now may have. */
        private long floor = 1;

        private int written;

        Run(long seed, boolean lyingSessions) {
            this.seed = seed;
            this.random = new Random(seed);
            this.lyingSessions = lyingSessions;
            this.options = LeasingOptions.DEFAULT.entriesMax(3).acquirePause(Duration.ofMillis(random.nextInt(300)));
            for (int i = 0; i < 3; i++) {
                clients.add(newClient());
            }
        }

        private ModelClient newClient() {
            ModelClient client = new ModelClient(time, store, random.nextLong(), options);
            client.lyingSession = lyingSessions;
            return client;
        }

        Run play() {
            for (int step = 0; step < STEPS; step++) {
                time.advance(Duration.ofMillis(random.nextInt(30)));
                ModelClient client = clients.get(random.nextInt(clients.size()));
                if (!client.isStopped()) {
                    call(client);
                }
                if (random.nextInt(60) == 0) {
                    trouble(client);
                }
            }
            return this;
        }

        private void trouble(ModelClient client) {
            Duration untilBetter = Duration.ofNanos(random.nextLong(2 * ModelClient.TTL_NANOS));
            switch (random.nextInt(5)) {
                case 0 -> {
                    client.cut(true);
                    time.after(untilBetter.toNanos(), () -> client.cut(false));
                }
                case 1 -> {
                    client.stop();
                    time.after(untilBetter.toNanos(), () -> {
                        client.goOn();
                        // What a thread that was stopped in mid-course does first of all.
                        read(client, KEYS.get(0));
                    });
                }
                case 2 -> client.loseAnswers = 1 + random.nextInt(3);
                case 3 -> {
                    // Its process is killed, and another takes its place.
                    client.cut(true);
                    client.stop();
                    clients.set(clients.indexOf(client), newClient());
                }
                default -> client.missEvents();
            }
        }

        private ByteSequence key() {
            return KEYS.get(random.nextInt(KEYS.size()));
        }

        private ByteSequence value() {
            return utf8("v" + written++);
        }

        private void call(ModelClient client) {
            int dice = random.nextInt(100);
            if (dice < 65) {
                read(client, key());
            } else if (dice < 78) {
                write(client, new Op.TxnRequest(List.of(), List.of(Op.put(key(), value())), List.of()));
            } else if (dice < 82) {
                write(client, new Op.TxnRequest(List.of(), List.of(Op.delete(key())), List.of()));
            } else if (dice < 84) {
                Op delete = Op.delete(KeyRange.between(utf8("b"), utf8("d")), false);
                write(client, new Op.TxnRequest(List.of(), List.of(delete), List.of()));
            } else if (dice < 92) {
                readTogether(client, key(), key());
            } else {
                ByteSequence key = key();
                write(
                        client,
                        new Op.TxnRequest(
                                List.of(Compare.version(key).lessThan(3)),
                                List.of(Op.put(key, value()), Op.put(KEYS.get(0), value())),
                                List.of(Op.delete(key))));
            }
        }

        private void read(ModelClient client, ByteSequence key) {
            CompletableFuture<GetResult> answer = client.kv.get(key);
            expect(client, answer, (found, since) -> {
                heard(client, found.header().revision(), since);
                order(since.floor(), List.of(key), List.of(found));
            });
        }

        private void readTogether(ModelClient client, ByteSequence one, ByteSequence other) {
            Op.TxnRequest txn = new Op.TxnRequest(
                    List.of(Compare.exists(one)), List.of(Op.get(one), Op.get(other)), List.of(Op.get(one)));
            expect(client, client.kv.commit(txn), (done, since) -> {
                heard(client, done.header().revision(), since);
                if (done.succeeded()) {
                    order(since.floor(), List.of(one, other), List.of(done.get(0), done.get(1)));
                } else {
                    order(since.floor(), List.of(one), List.of(done.get(0)));
                }
            });
        }

        private void write(ModelClient client, Op.TxnRequest txn) {
            CompletableFuture<TxnResult> answer = client.kv.commit(txn);
            if (random.nextInt(20) == 0) {
                time.after(random.nextLong(100_000_000L), () -> answer.cancel(true));
            }
            long before = store.revision;
            expect(client, answer, (done, since) -> {
                heard(client, done.header().revision(), since);
                if (done.header().revision() > before) {
                    floor = Math.max(floor, done.header().revision());
                }
            });
        }

        private record Since(long floor, long header) {}

        private <T> void expect(ModelClient client, CompletableFuture<T> answer, BiConsumer<T, Since> check) {
            Since since = new Since(floor, headers.getOrDefault(client, 0L));
            Futures.onEnd(answer, (value, failed) -> {
                if (value != null) {
                    check.accept(value, since);
                }
            });
        }

        private void heard(ModelClient client, long revision, Since since) {
            if (revision < since.header()) {
                violations.add("seed " + seed + ": a header went back from " + since.header() + " to " + revision);
            }
            headers.merge(client, revision, Math::max);
        }

        /** Finds the first place at which all of this was so, not before {@code from}. */
        private void order(long from, List<ByteSequence> keys, List<GetResult> found) {
            for (long at = from; at <= store.revision; at++) {
                if (wasSo(at, keys, found)) {
                    floor = Math.max(floor, at);
                    return;
                }
            }
            violations.add("seed " + seed + ": stale at " + from + ": " + keys + " " + found);
        }

        private boolean wasSo(long revision, List<ByteSequence> keys, List<GetResult> found) {
            for (int i = 0; i < keys.size(); i++) {
                KeyValue seen = found.get(i).first().orElse(null);
                if (!Objects.equals(seen, store.at(revision, keys.get(i)))) {
                    return false;
                }
            }
            return true;
        }

        /** When all trouble is over everybody can write and then read everything again, and nothing is left behind. */
        void comeToRest() {
            clients.forEach(client -> {
                client.loseAnswers = 0;
                client.cut(false);
                client.goOn();
            });
            time.advance(Duration.ofSeconds(30));
            for (ModelClient client : clients) {
                for (ByteSequence key : KEYS) {
                    CompletableFuture<?> put = client.kv.put(key, value());
                    time.advance(Duration.ofSeconds(2));
                    assertThat(put).as("seed %s", seed).isCompleted();
                    CompletableFuture<GetResult> got = client.kv.get(key);
                    time.advance(Duration.ofSeconds(1));
                    assertThat(got.join().first()).contains(store.find(key));
                }
            }
            List<CompletableFuture<Void>> closing =
                    clients.stream().map(client -> client.kv.closeAsync()).toList();
            time.advance(Duration.ofSeconds(1));
            assertThat(closing).allMatch(CompletableFuture::isDone);
            assertThat(store.all())
                    .as("seed %s", seed)
                    .extracting(KeyValue::key)
                    .containsExactlyElementsOf(KEYS);
        }
    }

    @Test
    void no_read_is_stale_whatever_happens_to_the_clients() {
        long hits = 0;
        long revocations = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Run run = new Run(seed, false).play();

            assertThat(run.violations).isEmpty();
            run.comeToRest();
            assertThat(run.violations).isEmpty();
            for (ModelClient client : run.clients) {
                hits += client.kv.counts().hits();
                revocations += client.kv.counts().revocationsReceived();
            }
        }
        assertThat(hits).as("reads from the cache").isGreaterThan(SEEDS * 50L);
        assertThat(revocations).as("keys given back").isGreaterThan(SEEDS * 50L);
    }

    @Test
    void a_cache_that_trusts_a_lease_beyond_its_time_is_found_out() {
        int found = 0;
        for (long seed = 0; seed < 20; seed++) {
            found += new Run(seed, true).play().violations.isEmpty() ? 0 : 1;
        }

        assertThat(found).as("seeds with stale reads").isGreaterThan(2);
    }
}
