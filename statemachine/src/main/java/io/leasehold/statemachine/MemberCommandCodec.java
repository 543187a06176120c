package io.leasehold.statemachine;

import io.leasehold.protocol.ByteSequence;
import java.util.ArrayList;
import java.util.List;

/** The bodies of commands about members inside an entry (see {@link EntryCodec}). */
final class MemberCommandCodec {
    /** Apart from those of {@link CommandCodec} and {@link AuthCommandCodec}, so that all lists can grow. */
    private static final int FIRST_TYPE = 48;

    private static final int ADD = FIRST_TYPE;
    private static final int REMOVE = FIRST_TYPE + 1;
    private static final int UPDATE = FIRST_TYPE + 2;
    private static final int PROMOTE = FIRST_TYPE + 3;
    private static final int STAND_ALONE = FIRST_TYPE + 4;

    private MemberCommandCodec() {}

    /** Whether a number is that of a command about members. */
    static boolean isType(int type) {
        return type >= ADD && type <= STAND_ALONE;
    }

    static int type(MemberCommand command) {
        return switch (command) {
            case MemberCommand.Add add -> ADD;
            case MemberCommand.Remove remove -> REMOVE;
            case MemberCommand.Update update -> UPDATE;
            case MemberCommand.Promote promote -> PROMOTE;
            case MemberCommand.StandAlone standAlone -> STAND_ALONE;
        };
    }

    static int length(MemberCommand command) {
        return switch (command) {
            case MemberCommand.Add add ->
                Long.BYTES + length(add.peerUrls()) + 1 + ByteWriter.varintLength(add.learnersMax());
            case MemberCommand.Remove remove -> Long.BYTES;
            case MemberCommand.Update update -> Long.BYTES + length(update.peerUrls());
            case MemberCommand.Promote promote -> Long.BYTES;
            case MemberCommand.StandAlone standAlone -> Long.BYTES + length(standAlone.peerUrls());
        };
    }

    static void encode(MemberCommand command, ByteWriter out) {
        switch (command) {
            case MemberCommand.Add add -> {
                out.writeFixedLong(add.id());
                write(add.peerUrls(), out);
                out.writeByte(add.learner() ? 1 : 0);
                out.writeVarint(add.learnersMax());
            }
            case MemberCommand.Remove remove -> out.writeFixedLong(remove.id());
            case MemberCommand.Update update -> {
                out.writeFixedLong(update.id());
                write(update.peerUrls(), out);
            }
            case MemberCommand.Promote promote -> out.writeFixedLong(promote.id());
            case MemberCommand.StandAlone standAlone -> {
                out.writeFixedLong(standAlone.id());
                write(standAlone.peerUrls(), out);
            }
        }
    }

    static MemberCommand decode(int type, ByteReader in) {
        return switch (type) {
            case ADD ->
                new MemberCommand.Add(in.readFixedLong(), readUrls(in), in.readByte() != 0, (int) in.readVarint());
            case REMOVE -> new MemberCommand.Remove(in.readFixedLong());
            case UPDATE -> new MemberCommand.Update(in.readFixedLong(), readUrls(in));
            case PROMOTE -> new MemberCommand.Promote(in.readFixedLong());
            case STAND_ALONE -> new MemberCommand.StandAlone(in.readFixedLong(), readUrls(in));
            default -> throw in.malformed("command of unknown type " + type);
        };
    }

    private static int length(List<String> urls) {
        int length = ByteWriter.varintLength(urls.size());
        for (String url : urls) {
            length += ByteWriter.bytesLength(ByteSequence.utf8(url));
        }
        return length;
    }

    private static void write(List<String> urls, ByteWriter out) {
        out.writeVarint(urls.size());
        urls.forEach(url -> out.writeBytes(ByteSequence.utf8(url)));
    }

    private static List<String> readUrls(ByteReader in) {
        int count = in.readLength(1);
        List<String> urls = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            urls.add(in.readBytes().toUtf8());
        }
        return urls;
    }
}
