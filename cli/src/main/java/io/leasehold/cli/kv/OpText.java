package io.leasehold.cli.kv;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.CtlException;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Operations of a transaction as they are typed: {@code put key "value"}. Each is parsed afresh. Pure functions. */
final class OpText {
    private OpText() {}

    static RequestOp parse(String line) {
        List<String> words = Words.of(line);
        if (words.isEmpty()) {
            throw invalid(line);
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
        Put put = parse(new Put(), line, words);
        Arguments.count(put.arguments, put.flags.ignoreValue ? 1 : 2, 2, "put needs a key and a value: " + line);
        ByteString value = put.arguments.size() > 1 ? Arguments.bytes(put.arguments.get(1)) : ByteString.EMPTY;
        return RequestOp.newBuilder()
                .setRequestPut(put.flags
                        .request()
                        .setKey(Arguments.bytes(put.arguments.get(0)))
                        .setValue(value))
                .build();
    }

    private static RequestOp get(String line, List<String> words) {
        Get get = parse(new Get(), line, words);
        return RequestOp.newBuilder()
                .setRequestRange(get.flags.request(get.arguments))
                .build();
    }

    private static RequestOp del(String line, List<String> words) {
        Del del = parse(new Del(), line, words);
        return RequestOp.newBuilder()
                .setRequestDeleteRange(del.flags.request(del.arguments))
                .build();
    }

    private static <T> T parse(T command, String line, List<String> words) {
        try {
            new CommandLine(command).setOverwrittenOptionsAllowed(true).parseArgs(words.toArray(new String[0]));
            return command;
        } catch (CommandLine.ParameterException e) {
            throw new CtlException(
                    CtlException.Code.INVALID_INPUT, "invalid txn request: " + line + " (" + e.getMessage() + ")", e);
        }
    }

    private static CtlException invalid(String line) {
        return new CtlException(CtlException.Code.INVALID_INPUT, "invalid txn request: " + line);
    }

    @Command(name = "put")
    private static final class Put {
        @Mixin
        private PutFlags flags = new PutFlags();

        @Parameters
        private List<String> arguments = new ArrayList<>();
    }

    @Command(name = "get")
    private static final class Get {
        @Mixin
        private GetFlags flags = new GetFlags();

        @Parameters
        private List<String> arguments = new ArrayList<>();
    }

    @Command(name = "del")
    private static final class Del {
        @Mixin
        private DelFlags flags = new DelFlags();

        @Parameters
        private List<String> arguments = new ArrayList<>();
    }
}
