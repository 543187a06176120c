package io.leasehold.cli.kv;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.flags.FlagException;
import io.leasehold.cli.flags.Flags;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import java.util.List;

/** Operations of a transaction as they are typed: {@code put key "value"}. Each is parsed afresh. Pure functions. */
final class OpText {
    private OpText() {}

    static RequestOp parse(String line) {
        List<String> words = Words.of(line);
        if (words.size() < 2) {
            throw new CtlException(CtlException.Code.INVALID_INPUT, "invalid txn compare request: " + line);
        }
        List<String> rest = words.subList(1, words.size());
        return switch (words.get(0)) {
            case "put" -> put(line, rest);
            case "get" -> get(line, rest);
            case "del" -> del(line, rest);
            default -> throw invalid(line);
        };
    }

    private static RequestOp put(String line, List<String> words) {
        Flags flags = new Flags();
        PutFlags put = new PutFlags(flags);
        List<String> arguments = parse(flags, line, words);
        Arguments.count(
                arguments,
                put.ignoreValue.value() ? 1 : 2,
                Integer.MAX_VALUE,
                "put command needs 1 argument and input from stdin or 2 arguments");
        ByteString value = arguments.size() > 1 ? Arguments.bytes(arguments.get(1)) : ByteString.EMPTY;
        return RequestOp.newBuilder()
                .setRequestPut(put.request(arguments.size())
                        .setKey(Arguments.bytes(arguments.get(0)))
                        .setValue(value))
                .build();
    }

    private static RequestOp get(String line, List<String> words) {
        Flags flags = new Flags();
        GetFlags get = new GetFlags(flags);
        return RequestOp.newBuilder()
                .setRequestRange(get.request(parse(flags, line, words)))
                .build();
    }

    private static RequestOp del(String line, List<String> words) {
        Flags flags = new Flags();
        DelFlags del = new DelFlags(flags);
        return RequestOp.newBuilder()
                .setRequestDeleteRange(del.request(parse(flags, line, words)))
                .build();
    }

    private static List<String> parse(Flags flags, String line, List<String> words) {
        try {
            return flags.parse(words);
        } catch (FlagException e) {
            throw new CtlException(
                    CtlException.Code.INVALID_INPUT, "invalid txn request: " + line + " (" + e.getMessage() + ")", e);
        }
    }

    private static CtlException invalid(String line) {
        return new CtlException(CtlException.Code.INVALID_INPUT, "invalid txn request: " + line);
    }
}
