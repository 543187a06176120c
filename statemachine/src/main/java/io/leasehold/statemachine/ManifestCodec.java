package io.leasehold.statemachine;

import io.leasehold.lease.LeaseTableImage;
import io.leasehold.mvcc.SegmentLength;
import io.leasehold.mvcc.StorePosition;
import io.leasehold.statemachine.auth.AuthState;
import io.leasehold.statemachine.auth.AuthStateCodec;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The form of a manifest between its file's head and tail (see {@link ManifestFile}): numbers big-endian and of fixed
 * width, strings and lists with their length before them, the lease table in its own form at the end.
 */
final class ManifestCodec {
    /** Bounds what a damaged number can make us allocate; far above any real list or text. */
    private static final int LENGTH_MAX = 1 << 20;

    private static final AlarmType[] ALARM_TYPES = AlarmType.values();

    private ManifestCodec() {}

    static void encode(ManifestHead head, LeaseTableImage leases, DataOutputStream out) throws IOException {
        out.writeLong(head.identity().clusterId());
        out.writeLong(head.identity().memberId());
        writeText(head.identity().name(), out);
        out.writeLong(head.appliedIndex());
        out.writeLong(head.appliedTerm());
        encode(head.store(), out);
        out.writeBoolean(head.everCompacted());
        encode(head.members(), head.removedMemberIds(), out);
        out.writeInt(head.alarms().size());
        for (ActiveAlarm alarm : head.alarms()) {
            out.writeLong(alarm.memberId());
            out.writeByte(ByteWriter.storedNumber(alarm.type()));
        }
        byte[] auth = AuthStateCodec.encode(head.auth());
        out.writeInt(auth.length);
        out.write(auth);
        leases.encode(out);
    }

    /** Reads up to where the lease table begins. */
    static ManifestHead decode(DataInputStream in) throws IOException {
        ManifestHead.Identity identity = new ManifestHead.Identity(in.readLong(), in.readLong(), readText(in));
        long appliedIndex = in.readLong();
        long appliedTerm = in.readLong();
        StorePosition store = decodePosition(in);
        boolean everCompacted = in.readBoolean();
        List<Member> members = decodeMembers(in);
        Set<Long> removedMemberIds = new TreeSet<>();
        int removed = readLength(in);
        for (int i = 0; i < removed; i++) {
            removedMemberIds.add(in.readLong());
        }
        List<ActiveAlarm> alarms = decodeAlarms(in);
        AuthState auth = decodeAuth(in);
        return new ManifestHead(
                identity, appliedIndex, appliedTerm, store, everCompacted, members, removedMemberIds, alarms, auth);
    }

    /** The first releases knew no users, and left the section empty. */
    private static AuthState decodeAuth(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("users and roles of " + length + " bytes");
        }
        return length == 0 ? AuthState.INITIAL : AuthStateCodec.decode(in.readNBytes(length));
    }

    private static void encode(StorePosition store, DataOutputStream out) throws IOException {
        out.writeLong(store.revision());
        out.writeLong(store.compactedRevision());
        out.writeInt(store.segments().size());
        for (SegmentLength segment : store.segments()) {
            out.writeLong(segment.segmentId());
            out.writeLong(segment.lengthBytes());
        }
    }

    private static StorePosition decodePosition(DataInputStream in) throws IOException {
        long revision = in.readLong();
        long compactedRevision = in.readLong();
        int count = readLength(in);
        List<SegmentLength> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            segments.add(new SegmentLength(in.readLong(), in.readLong()));
        }
        return new StorePosition(revision, compactedRevision, segments);
    }

    private static void encode(List<Member> members, Set<Long> removedIds, DataOutputStream out) throws IOException {
        out.writeInt(members.size());
        for (Member member : members) {
            out.writeLong(member.id());
            writeText(member.name(), out);
            writeTexts(member.peerUrls(), out);
            writeTexts(member.clientUrls(), out);
            out.writeBoolean(member.learner());
        }
        out.writeInt(removedIds.size());
        for (long id : new TreeSet<>(removedIds)) {
            out.writeLong(id);
        }
    }

    private static List<Member> decodeMembers(DataInputStream in) throws IOException {
        int count = readLength(in);
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(new Member(in.readLong(), readText(in), readTexts(in), readTexts(in), in.readBoolean()));
        }
        return members;
    }

    private static List<ActiveAlarm> decodeAlarms(DataInputStream in) throws IOException {
        int count = readLength(in);
        List<ActiveAlarm> alarms = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long memberId = in.readLong();
            int type = in.readUnsignedByte();
            if (type >= ALARM_TYPES.length) {
                throw new IOException("alarm of unknown type " + type);
            }
            alarms.add(new ActiveAlarm(memberId, ALARM_TYPES[type]));
        }
        return alarms;
    }

    private static void writeTexts(List<String> texts, DataOutputStream out) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            writeText(text, out);
        }
    }

    private static List<String> readTexts(DataInputStream in) throws IOException {
        int count = readLength(in);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(readText(in));
        }
        return texts;
    }

    private static void writeText(String text, DataOutputStream out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(in.readNBytes(readLength(in)), StandardCharsets.UTF_8);
    }

    private static int readLength(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > LENGTH_MAX) {
            throw new IOException("a length of " + length);
        }
        return length;
    }
}
