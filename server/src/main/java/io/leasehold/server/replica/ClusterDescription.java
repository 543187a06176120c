package io.leasehold.server.replica;

import io.leasehold.statemachine.Member;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a running member tells one that wants to join, or that comes back: which cluster this is and who belongs to it.
 *
 * @param removedMemberIds ids that have left for good
 */
public record ClusterDescription(long clusterId, List<Member> members, Set<Long> removedMemberIds) {
    private static final int VERSION = 1;

    /** Copies both. */
    public ClusterDescription {
        members = List.copyOf(members);
        removedMemberIds = Set.copyOf(removedMemberIds);
    }

    static ClusterDescription of(long clusterId, List<Member> members, Set<Long> removedMemberIds) {
        return new ClusterDescription(clusterId, members, removedMemberIds);
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(clusterId);
            out.writeInt(members.size());
            for (Member member : members) {
                out.writeLong(member.id());
                out.writeUTF(member.name());
                writeTexts(out, member.peerUrls());
                writeTexts(out, member.clientUrls());
                out.writeBoolean(member.learner());
            }
            out.writeInt(removedMemberIds.size());
            for (long id : new TreeSet<>(removedMemberIds)) {
                out.writeLong(id);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("an array takes everything", e);
        }
        return bytes.toByteArray();
    }

    /**
     * What {@link #encode} was called on.
     *
     * @throws IOException if the bytes are anything else
     */
    public static ClusterDescription decode(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IOException("a description of version " + version + ", this release reads " + VERSION);
            }
            long clusterId = in.readLong();
            List<Member> members = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                members.add(new Member(in.readLong(), in.readUTF(), readTexts(in), readTexts(in), in.readBoolean()));
            }
            Set<Long> removed = new TreeSet<>();
            for (int left = in.readInt(); left > 0; left--) {
                removed.add(in.readLong());
            }
            return new ClusterDescription(clusterId, members, removed);
        }
    }

    private static void writeTexts(DataOutputStream out, List<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    private static List<String> readTexts(DataInputStream in) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            texts.add(in.readUTF());
        }
        return texts;
    }
}
