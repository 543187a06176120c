package io.leasehold.faults;

import io.leasehold.faults.cluster.FaultyCluster;
import io.leasehold.faults.cluster.Health;
import io.leasehold.faults.cluster.Member;
import io.leasehold.faults.history.Change;
import io.leasehold.faults.history.Changes;
import io.leasehold.faults.history.LeaseCheck;
import io.leasehold.faults.history.LeaseStory;
import io.leasehold.faults.history.Linearizability;
import io.leasehold.faults.history.RegisterCall;
import io.leasehold.faults.history.RevisionOrder;
import io.leasehold.faults.history.WatchCheck;
import io.leasehold.faults.history.WatchLine;
import io.leasehold.faults.load.Book;
import io.leasehold.faults.load.Load;
import io.leasehold.faults.load.Replay;
import io.leasehold.interop.Await;
import io.leasehold.protocol.ReadsClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Load and trouble for a while, then calm, then all that clients saw is checked. */
@ReadsClock("rounds last real time")
final class Round {
    private static final long TROUBLE_MILLIS_MIN = 300;
    private static final long TROUBLE_MILLIS_MAX = 6_000;
    private static final long CALM_MILLIS_MAX = 4_000;
    private static final long LAST_CALM_MILLIS = 1_500;

    /** One of so many times a second trouble comes into the first. */
    private static final int SECOND_ONE_OF = 4;

    /**
     * A lease may live its TTL (5 s at most) 1.4 times after its last renewal, once more after a restart, and the time without
     * a leader on top; this is ample.
     */
    private static final Duration LEASES_LIMIT = Duration.ofMinutes(1);

    private final FaultyCluster cluster;
    private final FaultOptions options;
    private final SplittableRandom random;
    private final Health health;
    private final String prefix;
    private final List<String> violations = new ArrayList<>();
    private final long startNanos = System.nanoTime();

    Round(FaultyCluster cluster, FaultOptions options, int number, SplittableRandom random) {
        this.cluster = cluster;
        this.options = options;
        this.random = random;
        this.health = new Health(cluster);
        this.prefix = "round" + number + "/";
    }

    /** What was broken, a line for each; empty when nothing was. */
    List<String> run() {
        long startRevision = health.revision() + 1;
        Load load = new Load(cluster, random.split(), prefix, startRevision);
        try {
            makeTrouble();
            health.await(Health.PATIENCE);
            say("all are well");
            Await.pause(Duration.ofMillis(LAST_CALM_MILLIS));
            load.endCalls();
            say("calm");
            awaitEndOfLeases();
            long endRevision = health.revision();
            Await.until("watchers", Health.PATIENCE, () -> load.isBeyond(endRevision));
            check(load, startRevision, endRevision);
            health.cleanUp(prefix);
        } catch (AssertionError | IllegalStateException failed) {
            violations.add(failed + (failed.getCause() == null ? "" : ", last: " + failed.getCause()));
            load.endCalls();
            load.endWatches();
        }
        return violations;
    }

    private void makeTrouble() {
        TroubleMaker maker = new TroubleMaker(cluster, random.split());
        Schedule schedule = new Schedule(random.split(), options.only());
        Await.pause(Duration.ofMillis(LAST_CALM_MILLIS));
        while (System.nanoTime() - startNanos < TimeUnit.SECONDS.toNanos(options.roundSeconds())) {
            begin(maker, schedule.next());
            if (random.nextInt(SECOND_ONE_OF) == 0) {
                Await.pause(Duration.ofMillis(random.nextLong(TROUBLE_MILLIS_MIN)));
                begin(maker, schedule.nextLasting());
            }
            Await.pause(Duration.ofMillis(random.nextLong(TROUBLE_MILLIS_MIN, TROUBLE_MILLIS_MAX)));
            maker.repair();
            say("repaired");
            Await.pause(Duration.ofMillis(random.nextLong(CALM_MILLIS_MAX)));
        }
    }

    private void begin(TroubleMaker maker, Trouble trouble) {
        say(trouble.toString());
        maker.begin(trouble);
    }

    /** Waits a while only: what is still there then is told by the check. */
    private void awaitEndOfLeases() {
        try {
            Await.until("the end of all leases", LEASES_LIMIT, () -> health.count(prefix + "lease-") == 0);
        } catch (AssertionError notAll) {
            say("leases are left: " + notAll.getMessage());
        }
    }

    private void check(Load load, long startRevision, long endRevision) {
        Book book = load.book();
        Map<String, List<WatchLine>> watched = load.endWatches();
        Changes changes = replay(startRevision, endRevision);
        violations.addAll(book.oddities());
        violations.addAll(RevisionOrder.violations(book.stamped(), changes));
        watched.forEach((name, lines) -> violations.addAll(WatchCheck.violations(name, lines, changes)));
        checkRegisters(book.registers());
        checkLeases(book, changes);
        Map<String, Integer> hashes = health.differingHashes(endRevision);
        if (!hashes.isEmpty()) {
            violations.add("members differ at revision " + endRevision + ": " + hashes);
        }
        say(book.stamped().size() + " calls answered, " + book.failed() + " not, "
                + book.leases().size() + " leases, " + changes.inOrder().size() + " changes, "
                + watched.values().stream().mapToInt(List::size).sum() + " watch responses");
    }

    /** What one member tells afterwards, compared with what the others tell. */
    private Changes replay(long startRevision, long endRevision) {
        List<Member> members = cluster.members();
        Changes first = Replay.read(cluster.channel(members.getFirst()), prefix, startRevision, endRevision);
        for (Member member : members.subList(1, members.size())) {
            List<Change> other = Replay.read(cluster.channel(member), prefix, startRevision, endRevision)
                    .inOrder();
            if (!other.equals(first.inOrder())) {
                violations.add(member + " tells another history than " + members.getFirst());
            }
        }
        return first;
    }

    private void checkRegisters(Map<String, List<RegisterCall>> registers) {
        registers.forEach((key, calls) -> {
            Linearizability.Verdict verdict = Linearizability.check(calls);
            if (verdict == Linearizability.Verdict.UNDECIDED) {
                say(key + ": too many orders to try for " + calls.size() + " calls");
            } else if (verdict == Linearizability.Verdict.VIOLATED) {
                violations.add(key + " is not linearizable: " + calls);
            }
        });
    }

    private void checkLeases(Book book, Changes changes) {
        for (LeaseStory story : book.leases()) {
            boolean deleted = changes.lastDeletion(story.key()).isPresent();
            boolean neverWritten = changes.valueAt(story.key(), Long.MAX_VALUE).isEmpty() && !deleted;
            if (neverWritten) {
                violations.add("acknowledged and not there: the key of " + story);
            } else {
                violations.addAll(LeaseCheck.violations(story, book.goneNanos(story.key()), true));
            }
        }
    }

    private void say(String what) {
        System.out.printf("%8.1f s  %s%s%n", (System.nanoTime() - startNanos) / 1e9, prefix, " " + what);
    }
}
