package io.leasehold.server.replica;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.PeerNetwork;
import io.leasehold.statemachine.EntryCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The form of {@link PeerMessage}s on the wire. Numbers never change their meaning; a message of a kind that is not known
 * is passed over. Pure; any thread.
 */
final class PeerMessageCodec {

    private static final byte FORWARD = 1;
    private static final byte REFUSED = 2;
    private static final byte ASK = 3;
    private static final byte ANSWERS = 4;
    private static final byte ASK_PAGE = 5;
    private static final byte GIVE_PAGE = 6;

    private static final byte READ_AT = 1;
    private static final byte RENEWED = 2;
    private static final byte REMAINING = 3;
    private static final byte UNKNOWN_LEASE = 4;
    private static final byte NOT_LEADING = 5;
    private static final byte OVERLOADED = 6;
    private static final byte LEVEL = 7;

    private static final int HEAD_BYTES = 2 + Integer.BYTES;
    private static final int QUESTION_BYTES = 2 * Long.BYTES + 1;
    private static final int ANSWER_BYTES = 3 * Long.BYTES + 1;

    private PeerMessageCodec() {}

    static byte[] encode(PeerMessage message) {
        return switch (message) {
            case PeerMessage.Forward forward -> encode(forward);
            case PeerMessage.Refused refused -> encode(refused);
            case PeerMessage.Ask ask -> encode(ask);
            case PeerMessage.Answers answers -> encode(answers);
            case PeerMessage.AskPage ask -> encode(ASK_PAGE, ask.number(), ask.question());
            case PeerMessage.GivePage give -> encode(GIVE_PAGE, give.number(), give.page());
        };
    }

    /**
     * The message in a buffer behind the topic's byte.
     *
     * @throws IllegalArgumentException or another unchecked exception if it is not whole
     */
    static PeerMessage decode(ByteBuffer in) {
        byte type = in.get();
        int count = in.getInt();
        return switch (type) {
            case FORWARD -> decodeForward(in, count);
            case REFUSED -> decodeRefused(in, count);
            case ASK -> decodeAsk(in, count);
            case ANSWERS -> decodeAnswers(in, count);
            case ASK_PAGE -> new PeerMessage.AskPage(in.getLong(), rest(in));
            case GIVE_PAGE -> new PeerMessage.GivePage(in.getLong(), rest(in));
            default -> throw new IllegalArgumentException("a message of the unknown type " + type);
        };
    }

    private static ByteBuffer begin(byte type, int count, int bodyBytes) {
        return ByteBuffer.wrap(new byte[HEAD_BYTES + bodyBytes])
                .put(PeerNetwork.Topic.REQUESTS.code())
                .put(type)
                .putInt(count);
    }

    @SuppressWarnings("ByteBufferBackingArray") // All of them are begun over an array of just their length.
    private static byte[] bytes(ByteBuffer whole) {
        return whole.array();
    }

    private static byte[] encode(byte type, long number, ByteSequence body) {
        return bytes(begin(type, 1, Long.BYTES + body.length()).putLong(number).put(body.asReadOnlyBuffer()));
    }

    private static ByteSequence rest(ByteBuffer in) {
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        return ByteSequence.wrap(rest);
    }

    private static byte[] encode(PeerMessage.Forward forward) {
        byte[] entry = EntryCodec.encode(forward.proposals());
        int count = forward.sequences().size();
        ByteBuffer out = begin(FORWARD, count, count * Long.BYTES + entry.length);
        forward.sequences().forEach(out::putLong);
        return bytes(out.put(entry));
    }

    private static PeerMessage decodeForward(ByteBuffer in, int count) {
        List<Long> sequences = new ArrayList<>(sane(count, in, Long.BYTES));
        for (int i = 0; i < count; i++) {
            sequences.add(in.getLong());
        }
        PeerMessage.Forward forward = new PeerMessage.Forward(sequences, EntryCodec.decode(in.slice()));
        if (forward.proposals().size() != count) {
            throw new IllegalArgumentException(
                    count + " sequences for " + forward.proposals().size() + " commands");
        }
        return forward;
    }

    private static byte[] encode(PeerMessage.Refused refused) {
        byte[] code = refused.code().name().getBytes(StandardCharsets.US_ASCII);
        return bytes(begin(REFUSED, 1, Long.BYTES + code.length)
                .putLong(refused.sequence())
                .put(code));
    }

    private static PeerMessage decodeRefused(ByteBuffer in, int count) {
        if (count != 1) {
            throw new IllegalArgumentException(count + " refusals in one");
        }
        long sequence = in.getLong();
        String name = StandardCharsets.US_ASCII.decode(in).toString();
        return new PeerMessage.Refused(sequence, ErrorCode.valueOf(name));
    }

    private static byte[] encode(PeerMessage.Ask ask) {
        ByteBuffer out = begin(ASK, ask.questions().size(), ask.questions().size() * QUESTION_BYTES);
        for (PeerMessage.Question question : ask.questions()) {
            out.putLong(question.number()).put(question.kind().code).putLong(question.leaseId());
        }
        return bytes(out);
    }

    private static PeerMessage decodeAsk(ByteBuffer in, int count) {
        List<PeerMessage.Question> questions = new ArrayList<>(sane(count, in, QUESTION_BYTES));
        for (int i = 0; i < count; i++) {
            questions.add(new PeerMessage.Question(in.getLong(), kind(in.get()), in.getLong()));
        }
        return new PeerMessage.Ask(questions);
    }

    private static PeerMessage.Kind kind(byte code) {
        for (PeerMessage.Kind kind : PeerMessage.Kind.values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IllegalArgumentException("a question of the unknown kind " + code);
    }

    private static byte[] encode(PeerMessage.Answers answers) {
        ByteBuffer out =
                begin(ANSWERS, answers.answers().size(), answers.answers().size() * ANSWER_BYTES);
        for (PeerMessage.Answer answer : answers.answers()) {
            out.putLong(answer.number());
            switch (answer.reply()) {
                case PeerMessage.Reply.ReadAt read -> put(out, READ_AT, read.index(), 0);
                case PeerMessage.Reply.Renewed renewed -> put(out, RENEWED, renewed.ttlMillis(), 0);
                case PeerMessage.Reply.Remaining left ->
                    put(out, REMAINING, left.remainingSeconds(), left.grantedSeconds());
                case PeerMessage.Reply.UnknownLease unknown -> put(out, UNKNOWN_LEASE, 0, 0);
                case PeerMessage.Reply.Level level -> put(out, LEVEL, level.level() ? 1 : 0, 0);
                case PeerMessage.Reply.Page page -> throw new IllegalStateException("a page goes alone");
                case PeerMessage.Reply.NotLeading notLeading -> put(out, NOT_LEADING, 0, 0);
                case PeerMessage.Reply.Overloaded overloaded -> put(out, OVERLOADED, 0, 0);
            }
        }
        return bytes(out);
    }

    private static void put(ByteBuffer out, byte type, long first, long second) {
        out.put(type).putLong(first).putLong(second);
    }

    private static PeerMessage decodeAnswers(ByteBuffer in, int count) {
        List<PeerMessage.Answer> answers = new ArrayList<>(sane(count, in, ANSWER_BYTES));
        for (int i = 0; i < count; i++) {
            long number = in.getLong();
            answers.add(new PeerMessage.Answer(number, reply(in.get(), in.getLong(), in.getLong())));
        }
        return new PeerMessage.Answers(answers);
    }

    private static PeerMessage.Reply reply(byte type, long first, long second) {
        return switch (type) {
            case READ_AT -> new PeerMessage.Reply.ReadAt(first);
            case RENEWED -> new PeerMessage.Reply.Renewed(first);
            case REMAINING -> new PeerMessage.Reply.Remaining(first, second);
            case UNKNOWN_LEASE -> new PeerMessage.Reply.UnknownLease();
            case LEVEL -> new PeerMessage.Reply.Level(first != 0);
            case OVERLOADED -> new PeerMessage.Reply.Overloaded();
            default -> new PeerMessage.Reply.NotLeading();
        };
    }

    /** A count that the buffer has room for: nothing is allocated for a number that is only claimed. */
    private static int sane(int count, ByteBuffer in, int eachBytes) {
        if (count < 0 || count > in.remaining() / eachBytes) {
            throw new IllegalArgumentException(count + " items in " + in.remaining() + " bytes");
        }
        return count;
    }
}
