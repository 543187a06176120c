package io.leasehold.examples.client;

import static io.leasehold.client.call.Blocking.await;
import static io.leasehold.protocol.ByteSequence.utf8;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.kv.Op;
import io.leasehold.client.recipes.Barrier;
import io.leasehold.client.recipes.DoubleBarrier;
import io.leasehold.client.recipes.Election;
import io.leasehold.client.recipes.FencedLock;
import io.leasehold.client.recipes.FencedReadWriteLock;
import io.leasehold.client.recipes.Hold;
import io.leasehold.client.recipes.HoldEnd;
import io.leasehold.client.recipes.Isolation;
import io.leasehold.client.recipes.Leader;
import io.leasehold.client.recipes.LeaderLatch;
import io.leasehold.client.recipes.LeaderListener;
import io.leasehold.client.recipes.LeaderObserver;
import io.leasehold.client.recipes.Leadership;
import io.leasehold.client.recipes.Mutex;
import io.leasehold.client.recipes.PrioritizedQueue;
import io.leasehold.client.recipes.Semaphore;
import io.leasehold.client.recipes.Stm;
import io.leasehold.client.recipes.StmOptions;
import io.leasehold.client.recipes.WorkQueue;
import io.leasehold.client.session.Session;
import io.leasehold.client.session.SessionOptions;
import java.io.PrintStream;
import java.time.Duration;

/** What docs/recipes.md shows, passage by passage. Takes an endpoint, {@code host:port}. */
public final class RecipeTour {
    private final LeaseholdClient client;
    private final PrintStream out;

    private RecipeTour(LeaseholdClient client, PrintStream out) {
        this.client = client;
        this.out = out;
    }

    /** Runs all passages. */
    public static void main(String[] args) {
        run(args[0], System.out);
    }

    /** Connects and runs all passages. */
    public static void run(String endpoint, PrintStream out) {
        try (LeaseholdClient client =
                        LeaseholdClient.builder().endpoints(endpoint).build();
                Session session = await(client.sessions().open(SessionOptions.DEFAULT.ttl(Duration.ofSeconds(10))))) {
            RecipeTour tour = new RecipeTour(client, out);
            tour.mutex(session);
            tour.lock(session);
            tour.sharing(session);
            tour.election(session);
            tour.latch(session);
            tour.transactions();
            tour.barriers(session);
            tour.queues();
        }
    }

    void mutex(Session session) {
        Mutex mutex = client.recipes().mutex(session, utf8("locks/report"));
        try (Hold hold = await(mutex.lock())) {
            out.println("token " + hold.token());
            boolean written = await(client.kv()
                            .txn()
                            .when(hold.guard())
                            .then(Op.put(utf8("report"), utf8("done")))
                            .commit())
                    .succeeded();
            out.println("written: " + written);
        }
    }

    void lock(Session session) {
        FencedLock lock = client.recipes().mutex(session, utf8("locks/report")).asLock();
        lock.lock();
        try {
            out.println("holding " + lock.hold().key());
        } finally {
            lock.unlock();
        }
    }

    void sharing(Session session) {
        FencedReadWriteLock shared = client.recipes().readWriteLock(session, utf8("locks/table"));
        Hold reading = await(shared.readLock().lock());
        await(reading.release());

        Semaphore semaphore = client.recipes().semaphore(session, utf8("downloads"), 3);
        await(semaphore.tryAcquire(Duration.ofSeconds(1))).ifPresent(Hold::close);
    }

    void election(Session session) {
        Election election = client.recipes().election(utf8("leader"));
        LeaderObserver observer = election.observe(new LeaderListener() {
            @Override
            public void onLeader(Leader leader) {
                out.println("leads: " + leader.value().toUtf8());
            }

            @Override
            public void onNobody() {
                out.println("nobody leads");
            }
        });
        Leadership leadership = await(election.campaign(session, utf8("10.0.0.7")));
        await(leadership.proclaim(utf8("10.0.0.7:80")));
        out.println(
                "leader is " + await(election.leader()).orElseThrow().value().toUtf8());
        await(leadership.resign());
        observer.close();
    }

    void latch(Session session) {
        LeaderLatch latch = client.recipes()
                .leaderLatch(session, utf8("worker"), utf8("me"), new LeaderLatch.Listener() {
                    @Override
                    public void onElected(Leadership leadership) {
                        out.println("working");
                    }

                    @Override
                    public void onDeposed(HoldEnd why) {
                        out.println("stopped: " + why);
                    }
                });
        await(latch.elected());
        latch.close();
    }

    void transactions() {
        await(client.kv().put(utf8("accounts/a"), utf8("100")));
        await(client.kv().put(utf8("accounts/b"), utf8("0")));
        Stm stm = client.recipes().stm();
        int left = stm.run(StmOptions.DEFAULT.at(Isolation.SERIALIZABLE), tx -> {
            int a = Integer.parseInt(tx.get(utf8("accounts/a")).orElseThrow().toUtf8());
            int b = Integer.parseInt(tx.get(utf8("accounts/b")).orElseThrow().toUtf8());
            tx.put(utf8("accounts/a"), utf8(Integer.toString(a - 10)));
            tx.put(utf8("accounts/b"), utf8(Integer.toString(b + 10)));
            return a - 10;
        });
        out.println("left: " + left);
    }

    void barriers(Session session) {
        Barrier gate = client.recipes().barrier(utf8("gate"));
        await(gate.hold(session));
        await(gate.release());
        await(gate.await());

        DoubleBarrier together = client.recipes().doubleBarrier(session, utf8("step-1"), 1);
        await(together.enter());
        await(together.leave());
    }

    void queues() {
        WorkQueue queue = client.recipes().queue(utf8("jobs"));
        await(queue.put(utf8("resize")));
        out.println("job: " + await(queue.take()).toUtf8());

        PrioritizedQueue urgent = client.recipes().prioritizedQueue(utf8("urgent"));
        await(urgent.put(utf8("later"), 7));
        await(urgent.put(utf8("now"), 1));
        out.println("first: " + await(urgent.take()).toUtf8());
    }
}
