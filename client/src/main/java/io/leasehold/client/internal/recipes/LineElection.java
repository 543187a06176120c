package io.leasehold.client.internal.recipes;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Futures;
import io.leasehold.client.internal.watch.RangeFollower;
import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.Sort;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.client.recipes.Election;
import io.leasehold.client.recipes.Leader;
import io.leasehold.client.recipes.LeaderKey;
import io.leasehold.client.recipes.LeaderListener;
import io.leasehold.client.recipes.LeaderObserver;
import io.leasehold.client.recipes.Leadership;
import io.leasehold.client.session.LeaseHolder;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An election as a line of candidates. Any thread. */
final class LineElection implements Election {
    private final RecipeBook book;
    private final ClientParts parts;
    private final ByteSequence name;
    private final ByteSequence prefix;
    private final Line line;

    LineElection(RecipeBook book, ByteSequence name) {
        this.book = book;
        this.parts = book.parts();
        this.name = name;
        this.prefix = ClientParts.under(name);
        this.line = new Line(KeyRange.prefix(prefix), 1);
    }

    @Override
    public CompletableFuture<Leadership> campaign(LeaseHolder holder, ByteSequence value) {
        HolderClaims claims = book.claims(holder);
        ByteSequence key = prefix.concat(ClientParts.hex(holder.leaseId()));
        CompletableFuture<Leadership> result = new CompletableFuture<>();
        Futures.onEnd(claims.current(key), (running, never) -> {
            Claim again =
                    running == null ? null : running.filter(Claim::isWanted).orElse(null);
            CompletableFuture<Leadership> next = again == null
                    ? Acquisition.of(claims, claims.claim(line, key, value, true), this::leadership)
                    : standAgain(claims, again, value);
            Futures.onEnd(next, (leads, failed) -> {
                boolean taken = leads != null ? result.complete(leads) : result.completeExceptionally(failed(failed));
                if (!taken && leads != null && again == null) {
                    Futures.onEnd(leads.release(), (done, failure) -> {});
                }
            });
            Futures.onEnd(result, (leads, failed) -> {
                if (failed != null) {
                    next.cancel(false);
                }
            });
        });
        return result;
    }

    private static Throwable failed(@Nullable Throwable failure) {
        return failure == null ? new IllegalStateException("neither result nor failure") : failure;
    }

    /** Who gives this up leaves the first campaign where it is. */
    private CompletableFuture<Leadership> standAgain(HolderClaims claims, Claim claim, ByteSequence value) {
        return claim.held().thenCompose(held -> {
            Leadership leadership = leadership(claims, held);
            return leadership.proclaim(value).thenApply(done -> leadership);
        });
    }

    private Leadership leadership(HolderClaims claims, Claim claim) {
        return new Reign(claims, claim);
    }

    @Override
    public CompletableFuture<Optional<Leader>> leader() {
        return parts.kv()
                .get(
                        line.rivals(),
                        GetOptions.DEFAULT
                                .sortedBy(Sort.Target.CREATE_REVISION, Sort.Order.ASCENDING)
                                .limit(1))
                .thenApply(found -> found.first().map(this::leader));
    }

    Leader leader(KeyValue entry) {
        return new Leader(entry.value(), new LeaderKey(name, entry.key(), entry.createRevision(), entry.leaseId()));
    }

    @Override
    public LeaderObserver observe(LeaderListener listener) {
        CandidateView view = new CandidateView(this::leader, listener);
        view.follow(RangeFollower.begin(
                parts.kv(), parts.watches(), parts.pauses(), parts.callbacks(), line.rivals(), view));
        return view;
    }

    @Override
    public CompletableFuture<Void> proclaim(LeaderKey leader, ByteSequence value) {
        CompletableFuture<TxnResult> put = parts.kv()
                .txn()
                .when(Compare.createRevision(leader.key()).equalTo(leader.token()))
                .then(Op.put(leader.key(), value, PutOptions.DEFAULT.lease(leader.leaseId())))
                .commit();
        return proclaimed(put);
    }

    private static CompletableFuture<Void> proclaimed(CompletableFuture<TxnResult> put) {
        return put.thenAccept(result -> {
            if (!result.succeeded()) {
                throw new LeaseholdException(
                        LeaseholdException.Kind.REFUSED,
                        ErrorCode.ELECTION_NOT_LEADER,
                        false,
                        ErrorCode.ELECTION_NOT_LEADER.message(),
                        null);
            }
        });
    }

    @Override
    public CompletableFuture<Boolean> resign(LeaderKey leader) {
        return parts.kv()
                .txn()
                .when(Compare.createRevision(leader.key()).equalTo(leader.token()))
                .then(Op.delete(leader.key()))
                .commit()
                .thenApply(TxnResult::succeeded);
    }

    /** A claim at the front of the candidates. */
    private final class Reign extends ClaimedHold implements Leadership {
        Reign(HolderClaims claims, Claim claim) {
            super(claims, claim);
        }

        @Override
        public LeaderKey leaderKey() {
            return new LeaderKey(name, key(), token(), claim().leaseId());
        }

        @Override
        public CompletableFuture<Void> proclaim(ByteSequence value) {
            return LineElection.this.proclaim(leaderKey(), value);
        }
    }
}
