package io.leasehold.statemachine;

import io.leasehold.lease.Incarnation;
import io.leasehold.lease.Remaining;
import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.List;

/**
 * The bodies of commands inside an entry (see {@link EntryCodec}). Those of keys are {@link OpCodec}'s, those of users and
 * roles {@link AuthCommandCodec}'s.
 */
final class CommandCodec {
    static final int PUT = 1;
    static final int DELETE_RANGE = 2;
    static final int TXN = 3;
    static final int COMPACT = 4;
    static final int LEASE_GRANT = 5;
    static final int LEASE_REVOKE = 6;
    static final int LEASE_CHECKPOINT = 7;
    static final int LEASE_CLEAR = 8;
    static final int LEASE_EXPIRE = 9;
    static final int LEADER_MARKER = 10;
    static final int ALARM = 11;
    static final int PUBLISH_MEMBER = 12;
    static final int LEASED_TXN = 13;

    private static final int INCARNATION_BYTES_MIN = Long.BYTES + 1;
    private static final int REMAINING_BYTES_MIN = INCARNATION_BYTES_MIN + 1;

    /** Shortest grant of a transaction: id, TTL, branch. */
    private static final int TXN_GRANT_BYTES_MIN = Long.BYTES + 2;

    private static final Command.GrantBranch[] GRANT_BRANCHES = Command.GrantBranch.values();
    private static final Command.AlarmAction[] ALARM_ACTIONS = Command.AlarmAction.values();
    private static final AlarmType[] ALARM_TYPES = AlarmType.values();

    private CommandCodec() {}

    static int type(Command command) {
        return switch (command) {
            case Command.Put put -> PUT;
            case Command.DeleteRange delete -> DELETE_RANGE;
            case Command.Txn txn -> TXN;
            case Command.Compact compact -> COMPACT;
            case Command.LeaseGrant grant -> LEASE_GRANT;
            case Command.LeasedTxn leased -> LEASED_TXN;
            case Command.LeaseRevoke revoke -> LEASE_REVOKE;
            case Command.LeaseCheckpoint checkpoint -> LEASE_CHECKPOINT;
            case Command.LeaseClear clear -> LEASE_CLEAR;
            case Command.LeaseExpire expire -> LEASE_EXPIRE;
            case Command.LeaderMarker marker -> LEADER_MARKER;
            case Command.Alarm alarm -> ALARM;
            case Command.PublishMember publish -> PUBLISH_MEMBER;
            case AuthCommand auth -> AuthCommandCodec.type(auth);
            case MemberCommand member -> MemberCommandCodec.type(member);
        };
    }

    static int length(Command command) {
        return switch (command) {
            case Command.Put put -> OpCodec.length(put);
            case Command.DeleteRange delete -> OpCodec.length(delete);
            case Command.Txn txn -> OpCodec.length(txn);
            case Command.Compact compact -> ByteWriter.signedLength(compact.revision()) + 1;
            case Command.LeaseGrant grant -> Long.BYTES + ByteWriter.signedLength(grant.ttlSeconds());
            case Command.LeasedTxn leased -> length(leased);
            case Command.LeaseRevoke revoke -> Long.BYTES;
            case Command.LeaseCheckpoint checkpoint -> length(checkpoint);
            case Command.LeaseClear clear -> length(clear.term(), clear.leases());
            case Command.LeaseExpire expire -> length(expire.term(), expire.leases());
            case Command.LeaderMarker marker -> ByteWriter.varintLength(marker.term()) + Long.BYTES;
            case Command.Alarm alarm -> Long.BYTES + 2;
            case Command.PublishMember publish -> length(publish);
            case AuthCommand auth -> AuthCommandCodec.length(auth);
            case MemberCommand member -> MemberCommandCodec.length(member);
        };
    }

    static void encode(Command command, ByteWriter out) {
        switch (command) {
            case Command.Put put -> OpCodec.encode(put, out);
            case Command.DeleteRange delete -> OpCodec.encode(delete, out);
            case Command.Txn txn -> OpCodec.encode(txn, out);
            case Command.Compact compact -> {
                out.writeSigned(compact.revision());
                out.writeByte(compact.physical() ? 1 : 0);
            }
            case Command.LeaseGrant grant -> {
                out.writeFixedLong(grant.id());
                out.writeSigned(grant.ttlSeconds());
            }
            case Command.LeasedTxn leased -> encode(leased, out);
            case Command.LeaseRevoke revoke -> out.writeFixedLong(revoke.id());
            case Command.LeaseCheckpoint checkpoint -> encode(checkpoint, out);
            case Command.LeaseClear clear -> encode(clear.term(), clear.leases(), out);
            case Command.LeaseExpire expire -> encode(expire.term(), expire.leases(), out);
            case Command.LeaderMarker marker -> {
                out.writeVarint(marker.term());
                out.writeFixedLong(marker.memberId());
            }
            case Command.Alarm alarm -> {
                out.writeEnum(alarm.action());
                out.writeFixedLong(alarm.memberId());
                out.writeEnum(alarm.type());
            }
            case Command.PublishMember publish -> encode(publish, out);
            case AuthCommand auth -> AuthCommandCodec.encode(auth, out);
            case MemberCommand member -> MemberCommandCodec.encode(member, out);
        }
    }

    static Command decode(int type, ByteReader in) {
        return switch (type) {
            case PUT -> OpCodec.decodePut(in);
            case DELETE_RANGE -> OpCodec.decodeDeleteRange(in);
            case TXN -> OpCodec.decodeTxn(in, RequestValidator.TXN_NESTING_MAX);
            case COMPACT -> new Command.Compact(in.readSigned(), in.readByte() != 0);
            case LEASE_GRANT -> new Command.LeaseGrant(in.readFixedLong(), in.readSigned());
            case LEASED_TXN -> decodeLeasedTxn(in);
            case LEASE_REVOKE -> new Command.LeaseRevoke(in.readFixedLong());
            case LEASE_CHECKPOINT -> decodeCheckpoint(in);
            case LEASE_CLEAR -> new Command.LeaseClear(in.readVarint(), decodeIncarnations(in));
            case LEASE_EXPIRE -> new Command.LeaseExpire(in.readVarint(), decodeIncarnations(in));
            case LEADER_MARKER -> new Command.LeaderMarker(in.readVarint(), in.readFixedLong());
            case ALARM -> new Command.Alarm(in.readEnum(ALARM_ACTIONS), in.readFixedLong(), in.readEnum(ALARM_TYPES));
            case PUBLISH_MEMBER -> decodePublishMember(in);
            default ->
                MemberCommandCodec.isType(type)
                        ? MemberCommandCodec.decode(type, in)
                        : AuthCommandCodec.decode(type, in);
        };
    }

    private static int length(Command.LeasedTxn leased) {
        int length = ByteWriter.varintLength(leased.grants().size());
        for (Command.TxnGrant grant : leased.grants()) {
            length += Long.BYTES + ByteWriter.signedLength(grant.ttlMillis()) + 1;
        }
        return length + OpCodec.length(leased.txn());
    }

    private static void encode(Command.LeasedTxn leased, ByteWriter out) {
        out.writeVarint(leased.grants().size());
        for (Command.TxnGrant grant : leased.grants()) {
            out.writeFixedLong(grant.id());
            out.writeSigned(grant.ttlMillis());
            out.writeEnum(grant.branch());
        }
        OpCodec.encode(leased.txn(), out);
    }

    private static Command.LeasedTxn decodeLeasedTxn(ByteReader in) {
        int count = in.readLength(TXN_GRANT_BYTES_MIN);
        List<Command.TxnGrant> grants = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            grants.add(new Command.TxnGrant(in.readFixedLong(), in.readSigned(), in.readEnum(GRANT_BRANCHES)));
        }
        return new Command.LeasedTxn(grants, OpCodec.decodeTxn(in, RequestValidator.TXN_NESTING_MAX));
    }

    private static int length(Command.LeaseCheckpoint checkpoint) {
        int length = ByteWriter.varintLength(checkpoint.term())
                + ByteWriter.varintLength(checkpoint.leases().size());
        for (Remaining lease : checkpoint.leases()) {
            length += Long.BYTES
                    + ByteWriter.varintLength(lease.grantIndex())
                    + ByteWriter.varintLength(lease.leftMillis());
        }
        return length;
    }

    private static void encode(Command.LeaseCheckpoint checkpoint, ByteWriter out) {
        out.writeVarint(checkpoint.term());
        out.writeVarint(checkpoint.leases().size());
        for (Remaining lease : checkpoint.leases()) {
            out.writeFixedLong(lease.id());
            out.writeVarint(lease.grantIndex());
            out.writeVarint(lease.leftMillis());
        }
    }

    private static Command decodeCheckpoint(ByteReader in) {
        long term = in.readVarint();
        int count = in.readLength(REMAINING_BYTES_MIN);
        List<Remaining> leases = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            leases.add(new Remaining(in.readFixedLong(), in.readVarint(), in.readVarint()));
        }
        return new Command.LeaseCheckpoint(term, leases);
    }

    private static int length(long term, List<Incarnation> leases) {
        int length = ByteWriter.varintLength(term) + ByteWriter.varintLength(leases.size());
        for (Incarnation lease : leases) {
            length += Long.BYTES + ByteWriter.varintLength(lease.grantIndex());
        }
        return length;
    }

    private static void encode(long term, List<Incarnation> leases, ByteWriter out) {
        out.writeVarint(term);
        out.writeVarint(leases.size());
        for (Incarnation lease : leases) {
            out.writeFixedLong(lease.id());
            out.writeVarint(lease.grantIndex());
        }
    }

    private static List<Incarnation> decodeIncarnations(ByteReader in) {
        int count = in.readLength(INCARNATION_BYTES_MIN);
        List<Incarnation> leases = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            leases.add(new Incarnation(in.readFixedLong(), in.readVarint()));
        }
        return leases;
    }

    private static int length(Command.PublishMember publish) {
        int length = Long.BYTES
                + ByteWriter.bytesLength(ByteSequence.utf8(publish.name()))
                + ByteWriter.varintLength(publish.clientUrls().size());
        for (String url : publish.clientUrls()) {
            length += ByteWriter.bytesLength(ByteSequence.utf8(url));
        }
        return length;
    }

    private static void encode(Command.PublishMember publish, ByteWriter out) {
        out.writeFixedLong(publish.memberId());
        out.writeBytes(ByteSequence.utf8(publish.name()));
        out.writeVarint(publish.clientUrls().size());
        for (String url : publish.clientUrls()) {
            out.writeBytes(ByteSequence.utf8(url));
        }
    }

    private static Command decodePublishMember(ByteReader in) {
        long memberId = in.readFixedLong();
        String name = in.readBytes().toUtf8();
        int count = in.readLength(1);
        List<String> clientUrls = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            clientUrls.add(in.readBytes().toUtf8());
        }
        return new Command.PublishMember(memberId, name, clientUrls);
    }
}
