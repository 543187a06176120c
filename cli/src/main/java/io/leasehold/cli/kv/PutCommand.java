package io.leasehold.cli.kv;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code put <key> [value]}; the value comes by stdin when it is not there. */
@Command(
        name = "put",
        description = "set a key",
        footer = {
            "",
            "  leaseholdctl put greeting hello",
            "  leaseholdctl put --lease=32695410dcc0ca06 holder me",
            "  leaseholdctl put config < config.yaml",
            "  leaseholdctl put key -- -value-with-a-dash"
        })
public final class PutCommand implements Runnable {
    private final Ctl ctl;

    @Mixin
    private PutFlags flags = new PutFlags();

    @Parameters(paramLabel = "<key> [value]")
    private List<String> arguments = new ArrayList<>();

    /** Puts by the given root. */
    public PutCommand(Ctl ctl) {
        this.ctl = ctl;
    }

    @Override
    public void run() {
        PutRequest.Builder request = flags.request();
        Arguments.count(
                arguments, 1, Integer.MAX_VALUE, "put command needs 1 argument and input from stdin or 2 arguments");
        request.setKey(Arguments.bytes(arguments.get(0)));
        if (!flags.ignoreValue) {
            request.setValue(arguments.size() > 1 ? Arguments.bytes(arguments.get(1)) : stdin());
        }
        if (arguments.size() > 2) {
            ctl.err().println("Warning: only the first value is put, the other arguments are left out");
        }
        ctl.output();
        try (Connection connection = ctl.connect()) {
            ctl.output().print(new PutAnswer(connection.call(KVGrpc.getPutMethod(), request.build())));
        }
    }

    private ByteString stdin() {
        try {
            ByteString value = ByteString.readFrom(ctl.in());
            if (value.isEmpty()) {
                throw Arguments.bad("put command needs 1 argument and input from stdin or 2 arguments");
            }
            return value;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
