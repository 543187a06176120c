package io.leasehold.server.replica.lease;

import io.leasehold.lease.Incarnation;
import io.leasehold.lease.LeaderlessTime;
import io.leasehold.lease.LeaseClock;
import io.leasehold.lease.LeaseTableImage;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.loop.Mailbox;
import io.leasehold.server.loop.Ticker;
import io.leasehold.server.loop.TurnLoop;
import io.leasehold.server.loop.WakeUp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the time of all leases while this member leads: renews them, checkpoints those nobody renews, proposes the end
 * of those whose time is up. On every member it keeps the {@link LeaseClock} going.
 *
 * <p>Everything is a message: every method may be called from any thread, returns at once, and takes effect in the next
 * {@link #turn}. Only {@link #turn}, {@link #sleep} and {@link #stop} are for the owning thread. Listeners are called on
 * that thread and must hand over. Messages about applied state are never dropped; renewals are bounded.
 *
 * <p>The order within a turn is what makes it safe and fair: <em>read the clock, take the mail, read the clock again
 * and stamp the mail with it, poll with the first reading</em>. A stamp from before the mail was taken would be earlier
 * than the renewal came; a poll with the later reading would expire leases whose renewals came while the mail was taken.
 */
public final class LeaseKeeper implements TurnLoop.Turns {
    /** How long it sleeps while something is due that it may not propose yet, and how old its figures may be. */
    static final long TICK_NANOS = 10_000_000L;

    /** How long it sleeps when nothing is due: a tenth of the gap that the clock would take for a stall. */
    public static final long IDLE_NANOS = 50_000_000L;

    /** Renewals inside: two seconds' worth of a million leases renewed each third of a minute. */
    static final int RENEWALS_LIMIT = 100_000;

    private final LeaseSurroundings around;
    private final LeaseKeeperSettings settings;
    private final LeaseClock clock;
    private final Ticker ticker;
    private final LeaderlessTime leaderless;
    private final ServingLeader leader;
    private final LeaseCounters counters = new LeaseCounters();
    private final RevokeMarks revokes = new RevokeMarks();
    private final WakeUp wakeUp = new WakeUp();
    private final Mailbox<KeeperMessage> mailbox = new Mailbox<>(Integer.MAX_VALUE, wakeUp);
    private final AtomicInteger renewalsInside = new AtomicInteger();

    /** Questions that only a whole set of deadlines can answer. */
    private final List<KeeperMessage> untilPromoted = new ArrayList<>();

    private @Nullable Reign reign;
    private long publishedNanos;
    private volatile boolean stopped;
    private volatile LeaseStats stats;

    /**
     * A keeper that is not promoted.
     *
     * @param clock the member's one lease clock, shared with the Applier
     * @param ticker the monotonic clock
     */
    public LeaseKeeper(LeaseSurroundings around, LeaseKeeperSettings settings, LeaseClock clock, Ticker ticker) {
        this.around = around;
        this.settings = settings;
        this.clock = clock;
        this.ticker = ticker;
        this.leaderless = new LeaderlessTime(clock.now());
        this.leader = new ServingLeader(leaderless);
        this.stats = counters.snapshot(false, 0, 0, clock.stalls());
    }

    /**
     * This member's own marker is applied. From the Applier.
     *
     * @param term the marker's term: every command of the reign carries it
     * @param leases the table as the marker left it; what is applied behind it is told by {@link #granted} and
     *     {@link #ended}
     */
    public void promoted(long term, LeaseTableImage leases) {
        mailbox.force(new KeeperMessage.Promoted(term, leases));
    }

    /** This member leads no more in {@code term} or any before it: waiting renewals fail. */
    public void demoted(long term) {
        mailbox.force(new KeeperMessage.Demoted(term));
    }

    /** The engine names another leader, this member included; 0 for none, as at the start. */
    public void leaderChanged(long leaderId) {
        mailbox.force(new KeeperMessage.LeaderChanged(leaderId));
    }

    /** The marker with which a member begins to serve is applied. From the Applier, before {@link #promoted} if it is ours. */
    public void marked(long leaderId, long term) {
        mailbox.force(new KeeperMessage.Marked(leaderId, term));
    }

    /** A grant is applied. From the Applier, in the order of the log, before its outcome is handed out. */
    public void granted(long id, long grantIndex, long ttlSeconds) {
        grantedMillis(id, grantIndex, ttlSeconds * 1_000);
    }

    /** As {@link #granted}, with a TTL in milliseconds. */
    public void grantedMillis(long id, long grantIndex, long ttlMillis) {
        mailbox.force(new KeeperMessage.Granted(id, grantIndex, ttlMillis));
    }

    /** These leases have ended, by revoke or expiry, in this order. As {@link #granted}; the list is the keeper's from now on. */
    public void ended(List<Incarnation> leases) {
        mailbox.force(new KeeperMessage.Ended(leases));
    }

    /** A revoke of the lease is about to enter the log. From the Proposer, before it does. */
    public void revokeProposed(long id) {
        mailbox.force(new KeeperMessage.RevokeProposed(id));
    }

    /**
     * A revoke that was {@link #revokeProposed} has come to its end: refused by the log, or applied, whatever its outcome.
     * When applied, this comes behind {@link #ended} and before the outcome is handed out. Once for each.
     */
    public void revokeSettled(long id) {
        mailbox.force(new KeeperMessage.RevokeSettled(id));
    }

    /**
     * Nobody knows what became of a revoke that was {@link #revokeProposed}; {@link #revokeSettled} will not come. The
     * lease stays marked until the next promotion: by then everything before it is applied, or never will be.
     */
    public void revokeLost(long id) {
        mailbox.force(new KeeperMessage.RevokeLost(id));
    }

    /**
     * Renews a lease. The answer comes within {@link LeaseKeeperSettings#RENEWAL_TIMEOUT}; it fails with
     * {@link ErrorCode#NOT_PRIMARY_LESSOR} when this member is not promoted, with {@link ErrorCode#TOO_MANY_REQUESTS} (on
     * the calling thread) when too many wait, with {@link ErrorCode#LEADER_CHANGED} or {@link ErrorCode#TIMEOUT}, or as
     * the Confirm round did.
     */
    public void renew(long id, Consumer<LeaseRenewal> listener) {
        if (stopped) {
            listener.accept(new LeaseRenewal.Failed(ErrorCode.STOPPED));
        } else if (renewalsInside.incrementAndGet() > RENEWALS_LIMIT) {
            renewalsInside.decrementAndGet();
            listener.accept(new LeaseRenewal.Failed(ErrorCode.TOO_MANY_REQUESTS));
        } else {
            mailbox.force(new KeeperMessage.Renew(id, listener));
        }
    }

    /**
     * How long the lease has left, by what this member had applied and told when it was asked. Does not renew, and does
     * not confirm leadership: for a linearizable answer the caller has waited for a read index first.
     */
    public void remaining(long id, Consumer<LeaseRemaining> listener) {
        mailbox.force(new KeeperMessage.RemainingAsked(id, listener));
    }

    /** All leases with their deadlines; {@code notLeading} runs instead when this member is not promoted. */
    public void list(Consumer<LeaseListing> listener, Runnable notLeading) {
        mailbox.force(new KeeperMessage.ListingAsked(listener, notLeading));
    }

    /** What the keeper has done so far, at most a tick old. */
    public LeaseStats stats() {
        return stats;
    }

    /**
     * One turn.
     *
     * @return whether there may be more to do at once
     */
    @Override
    public boolean turn() {
        long firstNanos = clock.advance(ticker.nanos());
        // What is there now; what comes while it is handled is the next turn's, or the turn might never end.
        int waiting = mailbox.size();
        KeeperMessage[] mail = new KeeperMessage[waiting];
        int taken = 0;
        for (KeeperMessage next = poll(taken, waiting); next != null; next = poll(taken, waiting)) {
            mail[taken++] = next;
        }
        long stampNanos = clock.advance(ticker.nanos());
        for (int i = 0; i < taken; i++) {
            handle(mail[i], stampNanos);
        }
        boolean more = false;
        if (reign != null) {
            reign.endOfMail();
            more = reign.poll(firstNanos);
        }
        if (!untilPromoted.isEmpty() && (reign == null || !reign.isPromoting())) {
            List<KeeperMessage> questions = List.copyOf(untilPromoted);
            untilPromoted.clear();
            questions.forEach(question -> handle(question, stampNanos));
        }
        if (stampNanos - publishedNanos >= TICK_NANOS) {
            publish(stampNanos);
        }
        return more || !mailbox.isEmpty();
    }

    /** Sleeps until there is mail or a lease is due, at most {@code nanos}. */
    @Override
    public void sleep(long nanos) {
        long dueNanos = reign == null ? Long.MAX_VALUE : reign.nextPollNanos();
        long nowNanos = clock.now();
        if (dueNanos <= nowNanos) {
            wakeUp.sleep(Math.min(nanos, TICK_NANOS));
        } else {
            // As a difference it cannot overflow: the clock begins at 0.
            wakeUp.sleep(Math.min(nanos, dueNanos - nowNanos));
        }
    }

    /** Fails what waits: the member stops. When the loop has ended. Idempotent. */
    public void stop() {
        stopped = true;
        endReign(ErrorCode.STOPPED);
        untilPromoted.forEach(question -> handle(question, clock.now()));
        untilPromoted.clear();
        for (KeeperMessage message = mailbox.poll(); message != null; message = mailbox.poll()) {
            // Nobody waits for any other message.
            if (message instanceof KeeperMessage.Renew renewal) {
                answer(renewal.listener(), new LeaseRenewal.Failed(ErrorCode.STOPPED));
            } else if (message instanceof KeeperMessage.RemainingAsked asked) {
                asked.listener().accept(new LeaseRemaining.NotLeading());
            } else if (message instanceof KeeperMessage.ListingAsked asked) {
                asked.notLeading().run();
            }
        }
    }

    private @Nullable KeeperMessage poll(int taken, int waiting) {
        return taken < waiting ? mailbox.poll() : null;
    }

    private void handle(KeeperMessage message, long stampNanos) {
        switch (message) {
            case KeeperMessage.Promoted promotion -> promote(promotion, stampNanos);
            case KeeperMessage.Demoted demotion -> {
                leader.demoted(demotion.term(), stampNanos);
                if (reign != null && reign.term() <= demotion.term()) {
                    endReign(ErrorCode.NOT_PRIMARY_LESSOR);
                }
            }
            case KeeperMessage.LeaderChanged changed -> leader.named(changed.leaderId(), stampNanos);
            case KeeperMessage.Marked marker -> leader.marked(marker.leaderId(), marker.term(), stampNanos);
            case KeeperMessage.RevokeProposed revoke -> {
                revokes.proposed(revoke.id());
                revokesChanged(revoke.id());
            }
            case KeeperMessage.RevokeSettled revoke -> {
                revokes.settled(revoke.id());
                revokesChanged(revoke.id());
            }
            case KeeperMessage.RevokeLost revoke -> revokes.lost(revoke.id());
            case KeeperMessage.Granted lease -> {
                if (reign != null) {
                    reign.granted(lease, stampNanos);
                }
            }
            case KeeperMessage.Ended ended -> {
                if (reign != null) {
                    reign.ended(ended.leases(), stampNanos);
                }
            }
            case KeeperMessage.Renew renewal -> {
                if (reign != null) {
                    reign.renew(renewal, stampNanos);
                } else {
                    answer(renewal.listener(), new LeaseRenewal.Failed(ErrorCode.NOT_PRIMARY_LESSOR));
                }
            }
            case KeeperMessage.RemainingAsked asked -> {
                if (reign == null) {
                    asked.listener().accept(new LeaseRemaining.NotLeading());
                } else if (reign.isPromoting()) {
                    untilPromoted.add(asked);
                } else {
                    asked.listener().accept(reign.remaining(asked.id(), stampNanos));
                }
            }
            case KeeperMessage.ListingAsked asked -> {
                if (reign != null && reign.isPromoting()) {
                    untilPromoted.add(asked);
                } else if (reign != null) {
                    asked.listener().accept(reign.listing(stampNanos));
                } else {
                    asked.notLeading().run();
                }
            }
            case KeeperMessage.ForReign answer -> {
                if (answer.reign() == reign) {
                    answer.reign().handle(answer.message(), stampNanos);
                }
            }
        }
    }

    private void promote(KeeperMessage.Promoted promotion, long stampNanos) {
        endReign(ErrorCode.NOT_PRIMARY_LESSOR);
        revokes.forgetLost();
        reign = new Reign(
                promotion,
                new Reign.PromotionTime(stampNanos, settings.graceNanos(), leaderless),
                revokes,
                around,
                counters,
                mailbox::force,
                (renewal, answer) -> answer(renewal.listener, answer));
    }

    private void endReign(ErrorCode code) {
        if (reign != null) {
            reign.end(code);
            reign = null;
        }
    }

    private void revokesChanged(long leaseId) {
        if (reign != null) {
            reign.revokesChanged(leaseId);
        }
    }

    private void answer(Consumer<LeaseRenewal> listener, LeaseRenewal answer) {
        renewalsInside.decrementAndGet();
        counters.answered(answer);
        listener.accept(answer);
    }

    private void publish(long nowNanos) {
        publishedNanos = nowNanos;
        stats = counters.snapshot(
                reign != null, reign == null ? 0 : reign.deadlines().size(), renewalsInside.get(), clock.stalls());
    }
}
