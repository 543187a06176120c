package io.leasehold.cli.kv;

import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** {@code txn}: comparisons, what to do when all hold, and what when not, each group ended by an empty line. */
public final class TxnCommand implements Action {
    private final Ctl ctl;

    private final Flag<Boolean> interactive;

    /** Runs by the given root. */
    public TxnCommand(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        this.interactive =
                flags.toggle("interactive", "say what is wanted next").orShort("i");
    }

    @Override
    public void run(List<String> arguments) {
        Arguments.count(arguments, 0, 0, "txn command does not accept argument");
        BufferedReader in = new BufferedReader(new InputStreamReader(ctl.in(), StandardCharsets.UTF_8));
        TxnRequest.Builder request = TxnRequest.newBuilder();
        group(in, "compares:", line -> request.addCompare(CompareText.parse(line)));
        group(in, "success requests (get, put, del):", line -> request.addSuccess(OpText.parse(line)));
        group(in, "failure requests (get, put, del):", line -> request.addFailure(OpText.parse(line)));
        try (Connection connection = ctl.connect()) {
            // etcdctl gives transactions all the time they want.
            ctl.output().print(new TxnAnswer(connection.callWithoutDeadline(KVGrpc.getTxnMethod(), request.build())));
        }
    }

    private void group(BufferedReader in, String prompt, Consumer<String> each) {
        if (interactive.value()) {
            ctl.output().line(prompt);
        }
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            each.accept(line);
        }
    }

    private static String line(BufferedReader in) {
        try {
            String line = in.readLine();
            if (line == null) {
                throw new CtlException(CtlException.Code.INVALID_INPUT, "EOF");
            }
            return line.strip();
        } catch (IOException e) {
            throw new CtlException(CtlException.Code.INVALID_INPUT, "stdin cannot be read: " + e.getMessage(), e);
        }
    }
}
