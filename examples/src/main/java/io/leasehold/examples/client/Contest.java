package io.leasehold.examples.client;

import static io.leasehold.client.call.Blocking.await;
import static io.leasehold.protocol.ByteSequence.utf8;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.naming.Endpoint;
import io.leasehold.client.naming.EndpointChange;
import io.leasehold.client.naming.EndpointListener;
import io.leasehold.client.naming.EndpointManager;
import io.leasehold.client.recipes.Hold;
import io.leasehold.client.recipes.Leadership;
import io.leasehold.client.session.Session;
import io.leasehold.client.session.SessionOptions;
import io.leasehold.client.watch.Follower;
import io.leasehold.client.watch.RangeListener;
import io.leasehold.client.watch.RangeSnapshot;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The Java side of a contest with a Go program for the same mutex, election, counter and service. Takes an endpoint and the
 * number of rounds that each side plays, and prints a line for each feature.
 */
public final class Contest {
    private static final long LIMIT_SECONDS = 240;

    private final LeaseholdClient client;
    private final Session session;
    private final int rounds;

    private Contest(LeaseholdClient client, Session session, int rounds) {
        this.client = client;
        this.session = session;
        this.rounds = rounds;
    }

    /** Plays. */
    public static void main(String[] args) throws InterruptedException {
        try (LeaseholdClient client = LeaseholdClient.connect(args[0]);
                Session session = await(client.sessions().open(SessionOptions.DEFAULT.ttl(Duration.ofSeconds(60))))) {
            new Contest(client, session, Integer.parseInt(args[1])).play();
        }
    }

    private void play() throws InterruptedException {
        await(client.kv().put(utf8("contest/java"), utf8("here")));
        mutex();
        awaitCount("contest/count", "mutex");
        election();
        stm();
        awaitCount("contest/stm", "stm");
        naming();
    }

    private void mutex() {
        ByteSequence count = utf8("contest/count");
        for (int i = 0; i < rounds; i++) {
            try (Hold hold =
                    await(client.recipes().mutex(session, utf8("contest/mutex")).lock())) {
                int value = await(client.kv().get(count))
                        .first()
                        .map(entry -> Integer.parseInt(entry.value().toUtf8()))
                        .orElse(0);
                boolean written = await(client.kv()
                                .txn()
                                .when(hold.guard())
                                .then(Op.put(count, utf8(Integer.toString(value + 1))))
                                .commit())
                        .succeeded();
                if (!written) {
                    throw new IllegalStateException("not the owner");
                }
            }
        }
    }

    private void election() throws InterruptedException {
        // The other side leads until this one stands: had this one come first, neither would ever give way.
        awaitStanding("contest/election/");
        Leadership leadership =
                await(client.recipes().election(utf8("contest/election")).campaign(session, utf8("java")));
        // It goes on to lead while the rest is played, so that the other side can see it.
        report(leadership.isValid(), "election");
    }

    private void stm() {
        ByteSequence count = utf8("contest/stm");
        for (int i = 0; i < rounds; i++) {
            client.recipes().stm().run(tx -> {
                int value = tx.get(count)
                        .map(text -> Integer.parseInt(text.toUtf8()))
                        .orElse(0);
                tx.put(count, utf8(Integer.toString(value + 1)));
                return value;
            });
        }
    }

    private void awaitStanding(String prefix) throws InterruptedException {
        if (!awaitEntry(KeyRange.prefix(utf8(prefix)), entry -> true)) {
            report(false, "election");
        }
    }

    /** Both sides' rounds, none of them lost. */
    private void awaitCount(String key, String feature) throws InterruptedException {
        String wanted = Integer.toString(2 * rounds);
        report(
                awaitEntry(
                        KeyRange.single(utf8(key)),
                        entry -> entry.value().toUtf8().equals(wanted)),
                feature);
    }

    private boolean awaitEntry(KeyRange range, Predicate<KeyValue> wanted) throws InterruptedException {
        CountDownLatch there = new CountDownLatch(1);
        Follower following = client.follow(range, new RangeListener() {
            @Override
            public void onSnapshot(RangeSnapshot snapshot) {
                snapshot.entries().forEach(this::look);
            }

            @Override
            public void onEvents(WatchBatch batch) {
                batch.events().forEach(event -> look(event.entry()));
            }

            private void look(KeyValue entry) {
                if (wanted.test(entry)) {
                    there.countDown();
                }
            }
        });
        boolean seen = there.await(LIMIT_SECONDS, TimeUnit.SECONDS);
        following.close();
        return seen;
    }

    private void naming() throws InterruptedException {
        EndpointManager service = client.naming().endpoints("contest/service");
        Endpoint theirs = Endpoint.at("127.0.0.1:1", "go");
        CountDownLatch watching = new CountDownLatch(1);
        CountDownLatch comesAndGoes = new CountDownLatch(2);
        Follower following = service.watch(new EndpointListener() {
            @Override
            public void onSnapshot(Map<String, Endpoint> endpoints, long revision) {
                if (endpoints.containsValue(theirs)) {
                    comesAndGoes.countDown();
                }
                watching.countDown();
            }

            @Override
            public void onChange(List<EndpointChange> changes, long revision) {
                for (EndpointChange change : changes) {
                    boolean comes = change instanceof EndpointChange.Add add
                            && add.endpoint().equals(theirs);
                    boolean goes = change instanceof EndpointChange.Delete
                            && change.key().endsWith("/go");
                    if (comes || goes) {
                        comesAndGoes.countDown();
                    }
                }
            }
        });
        // The other side leaves when it has seen this one: whoever came before watching might miss it.
        if (!watching.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            report(false, "naming");
        }
        await(service.add("java", Endpoint.at("127.0.0.1:2", "java"), PutOptions.DEFAULT.lease(session.leaseId())));
        boolean seen = comesAndGoes.await(LIMIT_SECONDS, TimeUnit.SECONDS);
        following.close();
        report(seen, "naming");
    }

    private static void report(boolean good, String feature) {
        System.out.println(good ? "ok java-" + feature : "FAIL java-" + feature + ": waited in vain");
        if (!good) {
            throw new IllegalStateException(feature);
        }
    }
}
