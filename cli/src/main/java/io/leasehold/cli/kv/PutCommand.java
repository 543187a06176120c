package io.leasehold.cli.kv;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** {@code put <key> [value]}; the value comes by stdin when it is not there. */
public final class PutCommand implements Action {
    private final Ctl ctl;

    private final PutFlags flags;
    private final Flag<String> ttl;

    /** Puts by the given root. */
    public PutCommand(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        this.flags = new PutFlags(flags);
        this.ttl = flags.text("ttl", "duration", "put it with a new lease of this TTL, such as 10s");
    }

    @Override
    public void run(List<String> arguments) {
        PutRequest.Builder request = flags.request(arguments.size());
        Arguments.count(
                arguments, 1, Integer.MAX_VALUE, "put command needs 1 argument and input from stdin or 2 arguments");
        request.setKey(Arguments.bytes(arguments.get(0)));
        if (!flags.ignoreValue.value()) {
            request.setValue(arguments.size() > 1 ? Arguments.bytes(arguments.get(1)) : stdin());
        }
        if (arguments.size() > 2) {
            ctl.err().println("Warning: only the first value is put, the other arguments are left out");
        }
        if (!ttl.isGiven()) {
            ctl.ask(KVGrpc.getPutMethod(), request.build(), PutAnswer::new);
            return;
        }
        ctl.output();
        try (Connection connection = ctl.connect()) {
            PutWithTtl.run(ctl, connection, request, Arguments.duration(ttl.value()));
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
