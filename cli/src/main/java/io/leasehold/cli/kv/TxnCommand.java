package io.leasehold.cli.kv;

import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.Typed;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
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
        TxnRequest.Builder request = TxnRequest.newBuilder();
        group("compares:", line -> request.addCompare(CompareText.parse(line)));
        group("success requests (get, put, del):", line -> request.addSuccess(OpText.parse(line)));
        group("failure requests (get, put, del):", line -> request.addFailure(OpText.parse(line)));
        // As much time as they want, as etcdctl gives them.
        ctl.askPatiently(KVGrpc.getTxnMethod(), request.build(), TxnAnswer::new);
    }

    private void group(String prompt, Consumer<String> each) {
        if (interactive.value()) {
            ctl.output().line(prompt);
        }
        for (String line = line(); !line.isEmpty(); line = line()) {
            each.accept(line);
        }
    }

    private String line() {
        String line = Typed.lineOrEnd(ctl);
        if (line == null) {
            throw new CtlException(CtlException.Code.INVALID_INPUT, "EOF");
        }
        return line.strip();
    }
}
