package io.leasehold.server.rpc;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.mvcc.RangeResult;
import io.leasehold.mvcc.StoreCorruptedException;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.server.replica.LeaseList;
import io.leasehold.server.replica.ReadPoint;
import io.leasehold.server.replica.Renewal;
import io.leasehold.server.replica.Replica;
import io.leasehold.server.replica.TimeToLive;
import io.leasehold.statemachine.Authorization;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.Proposal;
import io.leasehold.statemachine.auth.AuthState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The replica as one caller may use it. While authentication is off that costs a look at one field.
 *
 * <p>Who the caller is, is found out for each use anew, since tokens end and change. Reads are checked when the state to
 * read is there, and against users and roles that are not older: a right taken away before a key was written hides the key.
 * What is written is checked here, to keep it out of the log, and counts as checked only when it is applied.
 */
record Access(Gate gate, Credentials credentials) {
    private static final ByteSequence ZERO = ByteSequence.wrap(new byte[1]);

    /** Keys looked at in one go when leased keys are sought. */
    private static final int SCAN_SLICE_KEYS = 10_000;

    /** As {@link Replica#propose}. */
    void propose(Command command, Executor executor, Consumer<Outcome> listener) {
        if (!auth().enabled()) {
            replica().propose(command, executor, listener);
            return;
        }
        identify(
                executor,
                identity -> {
                    Optional<ErrorCode> refusal = Authorization.command(auth(), identity, command);
                    if (refusal.isPresent()) {
                        listener.accept(new Outcome.Refused(refusal.get()));
                    } else {
                        replica().propose(new Proposal(command, identity), executor, listener);
                    }
                },
                code -> listener.accept(new Outcome.Refused(code)));
    }

    /** Finds the state to read: linearizable, or what is here. */
    void read(boolean serializable, Need need, Executor executor, Consumer<ReadPoint> listener) {
        if (serializable) {
            checked(need, executor, new ReadPoint.Ready(replica().snapshot()), listener);
        } else {
            replica().linearizable(executor, point -> checked(need, executor, point, listener));
        }
    }

    /** As {@link Replica#renew}: the caller must be able to write everything attached to the lease. */
    void renew(long leaseId, Executor executor, Consumer<Renewal> listener) {
        if (!auth().enabled()) {
            replica().renew(leaseId, executor, listener);
            return;
        }
        identify(
                executor,
                identity -> renew(leaseId, identity, executor, listener),
                code -> listener.accept(new Renewal.Failed(code)));
    }

    /** As {@link Replica#timeToLive}: with {@code keys} the caller must be able to read them. */
    void timeToLive(long leaseId, boolean keys, Executor executor, Consumer<TimeToLive> listener) {
        Consumer<TimeToLive> readable = answer -> {
            if (!(answer instanceof TimeToLive.Known known)) {
                listener.accept(answer);
                return;
            }
            check(
                    (auth, identity) -> mayRead(auth, identity, known.keys()),
                    executor,
                    () -> listener.accept(answer),
                    code -> listener.accept(new TimeToLive.Failed(code)));
        };
        check(
                Need.KNOWN,
                executor,
                () -> replica().timeToLive(leaseId, keys, executor, readable),
                code -> listener.accept(new TimeToLive.Failed(code)));
    }

    /** As {@link Replica#leases}: the caller must be able to read everything attached to any lease. */
    void leases(Executor executor, Consumer<LeaseList> listener) {
        seeAllLeases(
                executor,
                () -> replica().leases(executor, listener),
                code -> listener.accept(new LeaseList.Failed(code)));
    }

    /** Goes on if the caller may read every key that is attached to a lease. */
    void seeAllLeases(Executor executor, Runnable allowed, Consumer<ErrorCode> refused) {
        if (!auth().enabled()) {
            allowed.run();
            return;
        }
        identify(
                executor,
                identity -> gate.slowReads().execute(() -> {
                    StoreSnapshot snapshot = replica().snapshot();
                    AuthState auth = auth();
                    Optional<ErrorCode> refusal = Authorization.authenticated(auth, identity)
                            .or(() -> anyLeased(
                                            snapshot, auth.enabled() ? auth.unreadable(identity.userName()) : List.of())
                                    ? Optional.of(ErrorCode.PERMISSION_DENIED)
                                    : Optional.empty());
                    executor.execute(() -> refusal.ifPresentOrElse(refused, allowed));
                }),
                refused);
    }

    /** Goes on if the caller is allowed to; at once, unless its token is not known yet. */
    void check(Need need, Executor executor, Runnable allowed, Consumer<ErrorCode> refused) {
        if (!auth().enabled()) {
            allowed.run();
            return;
        }
        identify(executor, identity -> need.refusal(auth(), identity).ifPresentOrElse(refused, allowed), refused);
    }

    private void checked(Need need, Executor executor, ReadPoint point, Consumer<ReadPoint> listener) {
        switch (point) {
            case ReadPoint.Ready ready ->
                check(need, executor, () -> read(ready, listener), code -> listener.accept(new ReadPoint.Failed(code)));
            case ReadPoint.Failed failed -> listener.accept(failed);
        }
    }

    /** The listener reads before it answers, so one that met damage has not answered. */
    private void read(ReadPoint.Ready ready, Consumer<ReadPoint> listener) {
        try {
            listener.accept(ready);
        } catch (StoreCorruptedException damage) {
            replica().damaged(damage);
            listener.accept(new ReadPoint.Failed(ErrorCode.CORRUPT));
        }
    }

    private void renew(long leaseId, Proposal.Identity identity, Executor executor, Consumer<Renewal> listener) {
        AuthState auth = auth();
        Optional<ErrorCode> refusal = Authorization.authenticated(auth, identity);
        if (refusal.isPresent()) {
            listener.accept(new Renewal.Failed(refusal.get()));
        } else if (!auth.enabled() || auth.isAdmin(identity.userName())) {
            replica().renew(leaseId, executor, listener);
        } else {
            replica().mayWriteKeysOf(leaseId, identity.userName(), executor, allowed -> {
                if (allowed) {
                    replica().renew(leaseId, executor, listener);
                } else {
                    listener.accept(new Renewal.Failed(ErrorCode.PERMISSION_DENIED));
                }
            });
        }
    }

    /**
     * Finds out who calls: by token, else by certificate, else nobody. A token that may have been given out by another
     * member just now is looked for again when this one is as far as the cluster.
     */
    private void identify(Executor executor, Consumer<Proposal.Identity> then, Consumer<ErrorCode> refused) {
        String token = credentials.token();
        if (token == null) {
            String commonName = gate.authentication().certificateUsers() ? credentials.commonName() : null;
            then.accept(
                    commonName == null ? Proposal.Identity.NONE : new Proposal.Identity(commonName, auth().revision()));
            return;
        }
        Optional<Proposal.Identity> known = gate.tokens().identity(token, auth().revision());
        if (known.isPresent()) {
            then.accept(known.get());
        } else if (!gate.tokens().mayBecomeKnown(token)) {
            refused.accept(ErrorCode.INVALID_AUTH_TOKEN);
        } else {
            replica().linearizable(executor, point -> {
                switch (point) {
                    case ReadPoint.Ready ready ->
                        gate.tokens()
                                .identity(token, auth().revision())
                                .ifPresentOrElse(then, () -> refused.accept(ErrorCode.INVALID_AUTH_TOKEN));
                    case ReadPoint.Failed failed -> refused.accept(failed.code());
                }
            });
        }
    }

    private static Optional<ErrorCode> mayRead(AuthState auth, Proposal.Identity identity, List<ByteSequence> keys) {
        for (ByteSequence key : keys) {
            Optional<ErrorCode> refusal = Authorization.read(auth, identity, KeyRange.single(key));
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Authorization.authenticated(auth, identity);
    }

    private static boolean anyLeased(StoreSnapshot snapshot, List<KeyRange> ranges) {
        for (KeyRange range : ranges) {
            ByteSequence from = range.key();
            RangeResult slice = snapshot.range(KeyRange.of(from, range.end()), 0, SCAN_SLICE_KEYS);
            while (!slice.records().isEmpty()) {
                for (KeyValueRecord record : slice.records()) {
                    if (record.leaseId() != 0) {
                        return true;
                    }
                }
                from = slice.records().getLast().key().concat(ZERO);
                slice = snapshot.range(KeyRange.of(from, range.end()), 0, SCAN_SLICE_KEYS);
            }
        }
        return false;
    }

    private Replica replica() {
        return gate.replica();
    }

    private AuthState auth() {
        return gate.replica().auth();
    }
}
