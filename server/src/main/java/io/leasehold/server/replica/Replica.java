package io.leasehold.server.replica;

import io.leasehold.mvcc.StoreCorruptedException;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.watch.WatchDispatcher;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.MemberCommand;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.Proposal;
import io.leasehold.statemachine.StateImage;
import io.leasehold.statemachine.TokenChange;
import io.leasehold.statemachine.auth.AuthState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What the services see of this member. Every method may be called from any thread and none of them blocks.
 *
 * <p>A listener is called exactly once, on the executor given with it (a connection's event loop), or at once on the
 * calling thread when there is nothing to wait for and the call says so.
 */
public interface Replica {
    /**
     * Whether the command may be proposed at all, by quota and alarms: etcd checks this before it looks at the
     * request. Empty: yes.
     */
    Optional<ErrorCode> admit(Command command);

    /**
     * Raises the alarm for which {@link #admit} refuses, unless it is on, and runs {@code then} behind that, or when it could
     * not be raised: whoever is told of the refusal may ask for the member's health next.
     */
    default void whenAlarmed(Executor executor, Runnable then) {
        executor.execute(then);
    }

    /**
     * Writes the command to the log and applies it. The listener gets its outcome; {@link Outcome.Refused} also for
     * what went wrong on the way: no leader, overload, a request too large, or a time-out, after which the command may
     * still be applied.
     *
     * @param proposal the command and on whose behalf it runs; what that user may do is checked when it is applied
     */
    void propose(Proposal proposal, Executor executor, Consumer<Outcome> listener);

    /** Proposes on nobody's behalf: refused while authentication is on. */
    default void propose(Command command, Executor executor, Consumer<Outcome> listener) {
        propose(Proposal.of(command), executor, listener);
    }

    /**
     * Has the one who keeps tokens told of what happens to them from now on, on the Applier's thread and before the answer
     * to the command that did it. Tokens of before are forgotten: as with etcd they do not outlive a restart.
     */
    void followTokens(Consumer<List<TokenChange>> follower);

    /** Users and roles as applied here; never older than a snapshot taken before. */
    AuthState auth();

    /**
     * A snapshot that holds every write acknowledged before this call. The listener may be called before this method
     * returns, on the calling thread.
     */
    void linearizable(Executor executor, Consumer<ReadPoint> listener);

    /** The newest state applied here, which may be old: for serializable reads. */
    StoreSnapshot snapshot();

    /** Renews a lease: a keepalive. Answers of one caller come in the order of its calls. */
    void renew(long leaseId, Executor executor, Consumer<Renewal> listener);

    /**
     * Whether a user may write every key attached to a lease, which is what renewing it needs; true if it has none or
     * does not exist.
     */
    void mayWriteKeysOf(long leaseId, String userName, Executor executor, Consumer<Boolean> listener);

    /** How long a lease has to live, and with {@code keys} what is attached to it. Does not renew it. */
    void timeToLive(long leaseId, boolean keys, Executor executor, Consumer<TimeToLive> listener);

    /** All leases there are, linearizable. */
    void leases(Executor executor, Consumer<LeaseList> listener);

    /** All leases together: with their times and keys, and what happens to them. */
    LeaseDirectory leaseDirectory();

    /**
     * The whole state as applied here, for a copy. Empty when too much waits already. The listener runs on
     * {@code executor} and may take its time there.
     */
    void image(Executor executor, Consumer<Optional<StateImage>> listener);

    /** A read found this member's store damaged: the CORRUPT alarm is raised, unless it is on. */
    default void damaged(StoreCorruptedException damage) {}

    /**
     * Has this member's disk rid of all that is of no use any more, while it serves on. {@code done} runs on the executor
     * when that has come to pass.
     */
    default void giveSpaceBack(Executor executor, Runnable done) {
        executor.execute(done);
    }

    /** The watchers of this member. */
    WatchDispatcher watches();

    /** What this member says of itself now. */
    MemberStatus status();

    /** The term of {@link #status}, for the header of every answer. */
    default long term() {
        return status().term();
    }

    /**
     * What kept this member from answering sooner at some time since {@code startNanos} of the system's ticker, in words;
     * empty if nothing is known.
     */
    default String delaysSince(long startNanos) {
        return "";
    }

    /** Why the members must not be changed so now, as this member sees the cluster; empty if they may. */
    default Optional<ErrorCode> admit(MemberCommand change) {
        return Optional.empty();
    }

    /** Whether a learner has caught up so far that it may vote; the leader knows. */
    default void isLevel(long memberId, Executor executor, Consumer<LevelAnswer> listener) {
        executor.execute(() -> listener.accept(new LevelAnswer.Known(true)));
    }

    /** What is said of a learner. */
    sealed interface LevelAnswer {
        /** The leader has looked. */
        record Known(boolean level) implements LevelAnswer {}

        /** Nobody has. */
        record Failed(ErrorCode code) implements LevelAnswer {}
    }

    /** Hands leadership from this member, which has it, to another voter; whether that was done in time. */
    default void moveLeader(long memberId, Executor executor, Consumer<Boolean> listener) {
        executor.execute(() -> listener.accept(false));
    }
}
