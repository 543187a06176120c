package io.leasehold.simulation;

import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/** Clients that grant, renew and revoke leases, alone, in batches and in transactions, and give some up. */
final class LeaseHolders {
    /** Ids in use; the last one is the smallest there can be. */
    static final List<Long> IDS = List.of(1L, 2L, 3L, 4L, 5L, Long.MIN_VALUE);

    private static final Command.Txn EMPTY_TXN = new Command.Txn(List.of(), List.of(), List.of());

    private static final int REQUEST_DELAY_MAX_MILLIS = 100;

    private final Cluster cluster;
    private final Agenda agenda;
    private final Conditions conditions;
    private final LeasePromises promises;
    /** TTLs an id has had: no two incarnations have the same one, so that an answer tells which it is of. */
    private final Map<Long, Set<Long>> ttls = new HashMap<>();

    private final Map<Long, Long> newestTtlMillis = new HashMap<>();
    private boolean active;

    LeaseHolders(Cluster cluster) {
        this.cluster = cluster;
        this.agenda = cluster.agenda;
        this.conditions = cluster.conditions();
        this.promises = cluster.observer.leases;
    }

    void begin() {
        active = true;
        IDS.forEach(this::live);
    }

    /** Leases that were not revoked run out from here on. */
    void end() {
        active = false;
    }

    /** Grants a lease of that TTL in the plain way, which is in seconds. */
    void grant(long id, long ttlSeconds) {
        cluster.propose(new Command.LeaseGrant(id, ttlSeconds), outcome -> {
            if (outcome instanceof Outcome.Granted) {
                granted(id, ttlSeconds * 1_000);
            }
        });
    }

    /** Asks every member: a client that does not know who leads. */
    void renewEverywhere(long id) {
        cluster.members.forEach(member -> renew(member, id));
    }

    private void live(long id) {
        agenda.after(pauseMillis(id) * Agenda.MILLI, () -> {
            if (active) {
                act(id);
                live(id);
            }
        });
    }

    private long pauseMillis(long id) {
        if (agenda.oneIn(6)) {
            return agenda.random.nextLong(conditions.longPauseMaxMillis);
        }
        if (conditions.pauseOfTtlPercent > 0) {
            long percent = conditions.pauseOfTtlPercent + agenda.random.nextLong(-6, 7);
            return newestTtlMillis.getOrDefault(id, (long) conditions.ttlMinMillis) * percent / 100;
        }
        return agenda.random.nextLong(conditions.holderPauseMinMillis, conditions.holderPauseMaxMillis);
    }

    private void act(long id) {
        int dice = agenda.random.nextInt(100);
        if (dice < conditions.grantPercent) {
            grantSomehow(id);
        } else if (dice < conditions.grantPercent + conditions.revokePercent) {
            revoke(id);
        } else if (dice < conditions.grantPercent + conditions.revokePercent + conditions.regrantPercent) {
            revoke(id);
            long ttlMillis = freshTtlMillis(id);
            newestTtlMillis.put(id, ttlMillis);
            propose(new Command.LeasedTxn(
                    List.of(new Command.TxnGrant(id, ttlMillis, Command.GrantBranch.EITHER)), EMPTY_TXN));
        } else {
            renewEverywhere(id);
        }
    }

    private void grantSomehow(long id) {
        switch (agenda.random.nextInt(4)) {
            case 0 -> grant(id, freshTtlSeconds(id));
            case 1 -> grantWithKey(id);
            case 2 ->
                grantSome(LongStream.of(id, IDS.get(agenda.random.nextInt(IDS.size())))
                        .distinct()
                        .boxed()
                        .toList());
            default -> grantSome(List.of(id));
        }
    }

    private void grantSome(List<Long> ids) {
        List<Command.TxnGrant> grants = new ArrayList<>();
        ids.forEach(id -> grants.add(new Command.TxnGrant(id, freshTtlMillis(id), Command.GrantBranch.EITHER)));
        propose(new Command.LeasedTxn(grants, EMPTY_TXN));
    }

    /** A lease and a key that hangs on it, together. */
    private void grantWithKey(long id) {
        Command.TxnGrant grant = new Command.TxnGrant(id, freshTtlMillis(id), Command.GrantBranch.SUCCESS);
        Command.Put put = Command.Put.of(KeyUsers.anyKey(agenda), KeyUsers.text("of lease " + grant.ttlMillis()), id);
        propose(new Command.LeasedTxn(List.of(grant), new Command.Txn(List.of(), List.of(put), List.of())));
    }

    private void propose(Command.LeasedTxn granting) {
        cluster.propose(granting, outcome -> {
            if (outcome instanceof Outcome.LeasedTxnDone done) {
                done.grants().forEach(grant -> granted(grant.id(), grant.ttlMillis()));
            }
        });
    }

    private void granted(long id, long ttlMillis) {
        newestTtlMillis.put(id, ttlMillis);
        promises.grantReplied(id, ttlMillis);
    }

    private void revoke(long id) {
        long sentNanos = agenda.nowNanos();
        cluster.propose(new Command.LeaseRevoke(id), outcome -> {
            if (outcome instanceof Outcome.Revoked) {
                promises.revokeReplied(id, sentNanos);
            }
        });
    }

    private void renew(SimulatedMember member, long id) {
        long sentNanos = agenda.nowNanos();
        agenda.after(agenda.delayNanos(REQUEST_DELAY_MAX_MILLIS), () -> {
            long socketNanos = agenda.nowNanos();
            member.request(node -> {
                boolean fairlyRead = member.waitedFairlySince(socketNanos);
                LeasePromises.Request request = new LeasePromises.Request(
                        id, sentNanos, socketNanos, agenda.nowNanos(), fairlyRead, member.reignTerm());
                promises.asked(id);
                Runnable answered = member.awaitAnswer();
                node.renew(id, Runnable::run, answer -> {
                    answered.run();
                    promises.answered(request, answer);
                });
            });
        });
    }

    private long freshTtlMillis(long id) {
        Set<Long> had = ttls.computeIfAbsent(id, any -> new HashSet<>());
        long ttlMillis;
        do {
            ttlMillis = agenda.random.nextLong(conditions.ttlMinMillis, conditions.ttlMaxMillis);
        } while (ttlMillis % 1_000 == 0 || !had.add(ttlMillis));
        return ttlMillis;
    }

    /** In whole seconds, and so sometimes longer than the longest: at last any number is taken. */
    private long freshTtlSeconds(long id) {
        Set<Long> had = ttls.computeIfAbsent(id, any -> new HashSet<>());
        long ttlSeconds = Math.ceilDiv(conditions.ttlMinMillis, 1_000);
        while (!had.add(ttlSeconds * 1_000)) {
            ttlSeconds++;
        }
        return ttlSeconds;
    }
}
