package io.leasehold.statemachine;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.statemachine.auth.AuthState;
import java.util.List;
import java.util.Optional;

/**
 * Who may do what (cluster.md 6.4). Every check begins with the caller: nobody is refused as such, then one whose token is
 * older than the last change, then one who may not. Pure; any thread.
 *
 * <p>The server that proposes a command asks for it without the keys of leases, which only apply can see; apply asks
 * again, with them, and what it says counts.
 */
public final class Authorization {
    private static final Optional<ErrorCode> ALLOWED = Optional.empty();
    private static final Optional<ErrorCode> DENIED = Optional.of(ErrorCode.PERMISSION_DENIED);

    /** Looks at the keys attached to leases. */
    interface LeaseKeys {
        /** For the server that proposes. */
        LeaseKeys UNSEEN = (auth, userName, leaseId) -> true;

        /** Whether the user may write every key attached to the lease; true if it has none or does not exist. */
        boolean allWritable(AuthState auth, String userName, long leaseId);
    }

    private Authorization() {}

    /** Whether the caller is known; empty: yes, or authentication is off. */
    public static Optional<ErrorCode> authenticated(AuthState auth, Proposal.Identity identity) {
        if (!auth.enabled() || identity.isMember()) {
            return ALLOWED;
        }
        if (identity.isNone()) {
            return Optional.of(ErrorCode.USER_EMPTY);
        }
        if (identity.authRevision() < auth.revision()) {
            return Optional.of(ErrorCode.AUTH_OLD_REVISION);
        }
        return auth.user(identity.userName()).isPresent() ? ALLOWED : DENIED;
    }

    /** Whether the caller may administer; empty: yes. */
    public static Optional<ErrorCode> admin(AuthState auth, Proposal.Identity identity) {
        return authenticated(auth, identity)
                .or(() -> deniedUnless(!auth.enabled() || identity.isMember() || auth.isAdmin(identity.userName())));
    }

    /** Whether the caller may read all keys of the range; empty: yes. */
    public static Optional<ErrorCode> read(AuthState auth, Proposal.Identity identity, KeyRange range) {
        return authenticated(auth, identity)
                .or(() -> deniedUnless(!auth.enabled() || auth.mayRead(identity.userName(), range)));
    }

    /** Whether the caller may give the command as far as can be seen before it is applied; empty: yes. */
    public static Optional<ErrorCode> command(AuthState auth, Proposal.Identity identity, Command command) {
        return command(auth, identity, command, LeaseKeys.UNSEEN);
    }

    /** Whether the caller may give the command now, when it is applied. */
    static Optional<ErrorCode> command(
            AuthState auth, Proposal.Identity identity, Command command, LeaseKeys leaseKeys) {
        if (!auth.enabled() || identity.isMember()) {
            return ALLOWED;
        }
        Caller caller = new Caller(auth, identity.userName(), leaseKeys);
        return switch (command) {
            case Command.Put put -> authenticated(auth, identity).or(() -> deniedUnless(caller.may(put)));
            case Command.DeleteRange delete -> authenticated(auth, identity).or(() -> deniedUnless(caller.may(delete)));
            case Command.Txn txn -> authenticated(auth, identity).or(() -> deniedUnless(caller.may(txn)));
            case Command.LeasedTxn leased ->
                authenticated(auth, identity).or(() -> deniedUnless(caller.may(leased.txn())));
            case Command.LeaseRevoke revoke ->
                authenticated(auth, identity).or(() -> deniedUnless(caller.mayWriteKeysOf(revoke.id())));
            case Command.LeaseGrant grant -> authenticated(auth, identity);
            case Command.Alarm alarm ->
                alarm.action() == Command.AlarmAction.GET ? authenticated(auth, identity) : admin(auth, identity);
            case Command.Compact compact -> admin(auth, identity);
            // The password was the permission.
            case AuthCommand.Authenticate authenticate -> ALLOWED;
            case AuthCommand change -> admin(auth, identity);
            case MemberCommand change -> admin(auth, identity);
            // The cluster's own: no client can send them.
            case Command.LeaseCheckpoint checkpoint -> ALLOWED;
            case Command.LeaseClear clear -> ALLOWED;
            case Command.LeaseExpire expire -> ALLOWED;
            case Command.LeaderMarker marker -> ALLOWED;
            case Command.PublishMember publish -> ALLOWED;
        };
    }

    private static Optional<ErrorCode> deniedUnless(boolean allowed) {
        return allowed ? ALLOWED : DENIED;
    }

    /** Somebody known, and what they may do with keys. */
    private record Caller(AuthState auth, String userName, LeaseKeys leaseKeys) {
        boolean may(Command.Put put) {
            KeyRange key = KeyRange.single(put.key());
            return auth.mayWrite(userName, key)
                    && (!put.prevKv() || auth.mayRead(userName, key))
                    // Else one could delete keys of others, by attaching to their lease and revoking it.
                    && (put.leaseId() == 0 || mayWriteKeysOf(put.leaseId()));
        }

        boolean may(Command.DeleteRange delete) {
            return auth.mayWrite(userName, delete.range())
                    && (!delete.prevKv() || auth.mayRead(userName, delete.range()));
        }

        /** Both branches count, whichever is taken, and everything that is nested in them. */
        boolean may(Command.Txn txn) {
            for (Command.Compare compare : txn.compares()) {
                if (!auth.mayRead(userName, compare.range())) {
                    return false;
                }
            }
            return mayAll(txn.success()) && mayAll(txn.failure());
        }

        boolean mayWriteKeysOf(long leaseId) {
            return leaseKeys.allWritable(auth, userName, leaseId);
        }

        private boolean mayAll(List<Command.Op> ops) {
            for (Command.Op op : ops) {
                boolean allowed =
                        switch (op) {
                            case Command.Put put -> may(put);
                            case Command.DeleteRange delete -> may(delete);
                            case Command.Range range -> auth.mayRead(userName, range.range());
                            case Command.Txn txn -> may(txn);
                        };
                if (!allowed) {
                    return false;
                }
            }
            return true;
        }
    }
}
