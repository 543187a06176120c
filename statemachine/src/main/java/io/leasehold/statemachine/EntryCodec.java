package io.leasehold.statemachine;

import io.leasehold.protocol.ByteSequence;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The form in which commands lie in a log entry; many share one. Pure; any thread.
 *
 * <pre>
 * entry    := version (1 byte) count (4 bytes) proposal*
 * proposal := type (1 byte) flags (1 byte) length (varint) [identity] body     length counts identity and body
 * identity := user name (varint length, UTF-8) auth revision (varint)          if flag 1 is set; flag 2: a member's own
 * </pre>
 *
 * Entries lie in logs for a long time and are read by members of other releases during an upgrade: a type number or a
 * field never changes its meaning, a new one needs a new type, flag or version.
 */
public final class EntryCodec {
    static final int VERSION = 1;

    private static final int HEADER_BYTES = 1 + Integer.BYTES;
    private static final int FLAG_IDENTITY = 1;
    private static final int FLAG_MEMBER = 2;

    /** Type, flags and an empty length. */
    private static final int PROPOSAL_BYTES_MIN = 3;

    private EntryCodec() {}

    /** Bytes that a proposal adds to an entry. Cheap for a put; walks a transaction. */
    public static int encodedLength(Proposal proposal) {
        int contentLength = contentLength(proposal);
        return 2 + ByteWriter.varintLength(contentLength) + contentLength;
    }

    /** Bytes of an entry without any proposal. */
    public static int emptyLength() {
        return HEADER_BYTES;
    }

    /** One entry that holds these proposals in this order. Keys and values are copied once. */
    public static byte[] encode(List<Proposal> proposals) {
        int length = HEADER_BYTES;
        for (Proposal proposal : proposals) {
            length = Math.addExact(length, encodedLength(proposal));
        }
        ByteWriter out = new ByteWriter(length);
        out.writeByte(VERSION);
        out.writeFixedInt(proposals.size());
        for (Proposal proposal : proposals) {
            encode(proposal, out);
        }
        return out.full();
    }

    /**
     * What {@link #encode} was given. The buffer's position is left as it is.
     *
     * @throws MalformedEntryException if the entry is anything else
     */
    public static List<Proposal> decode(ByteBuffer entry) {
        ByteReader in = new ByteReader(entry);
        int version = in.readByte();
        if (version != VERSION) {
            throw in.malformed("version " + version + ", this release reads " + VERSION);
        }
        int count = in.readFixedInt();
        if (count < 0 || count > in.remaining() / PROPOSAL_BYTES_MIN) {
            throw in.malformed(count + " proposals in " + in.remaining() + " bytes");
        }
        List<Proposal> proposals = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            proposals.add(decode(in));
        }
        if (in.remaining() != 0) {
            throw in.malformed(in.remaining() + " bytes too many");
        }
        return proposals;
    }

    private static int contentLength(Proposal proposal) {
        return identityLength(proposal.identity()) + CommandCodec.length(proposal.command());
    }

    private static int flags(Proposal.Identity identity) {
        if (identity.isNone()) {
            return 0;
        }
        return identity.isMember() ? FLAG_MEMBER : FLAG_IDENTITY;
    }

    private static int identityLength(Proposal.Identity identity) {
        if (flags(identity) != FLAG_IDENTITY) {
            return 0;
        }
        return ByteWriter.bytesLength(ByteSequence.utf8(identity.userName()))
                + ByteWriter.varintLength(identity.authRevision());
    }

    private static void encode(Proposal proposal, ByteWriter out) {
        Proposal.Identity identity = proposal.identity();
        out.writeByte(CommandCodec.type(proposal.command()));
        out.writeByte(flags(identity));
        out.writeVarint(contentLength(proposal));
        if (flags(identity) == FLAG_IDENTITY) {
            out.writeBytes(ByteSequence.utf8(identity.userName()));
            out.writeVarint(identity.authRevision());
        }
        CommandCodec.encode(proposal.command(), out);
    }

    private static Proposal decode(ByteReader in) {
        int type = in.readByte();
        int flags = in.readByte();
        if (flags > FLAG_MEMBER) {
            throw in.malformed("flags " + flags);
        }
        int length = in.readLength(1);
        int end = in.position() + length;
        Proposal.Identity identity = flags == FLAG_MEMBER ? Proposal.Identity.MEMBER : Proposal.Identity.NONE;
        if (flags == FLAG_IDENTITY) {
            identity = new Proposal.Identity(in.readBytes().toUtf8(), in.readVarint());
        }
        Command command = CommandCodec.decode(type, in);
        if (in.position() != end) {
            throw in.malformed("command of type " + type + " ends there and not at " + end);
        }
        return new Proposal(command, identity);
    }
}
