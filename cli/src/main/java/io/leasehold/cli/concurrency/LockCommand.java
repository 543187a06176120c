package io.leasehold.cli.concurrency;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.ChildFailure;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.kv.GetAnswer;
import io.leasehold.protocol.v3lockpb.LockGrpc;
import io.leasehold.protocol.v3lockpb.LockRequest;
import io.leasehold.protocol.v3lockpb.LockResponse;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** {@code lock <name> [command]}: holds a lock until a signal comes, or while a command runs. */
public final class LockCommand implements Action {
    private final Ctl ctl;

    private final Flag<Long> ttlSeconds;

    /** Locks by the given root. */
    public LockCommand(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        this.ttlSeconds = flags.number("ttl", "n", 10, "seconds after which the lock of a dead holder is free");
    }

    @Override
    public void run(List<String> arguments) {
        Arguments.count(
                arguments, 1, Integer.MAX_VALUE, "lock takes a lock name argument and an optional command to execute");
        AtomicReference<@Nullable Holding> held = new AtomicReference<>();
        // Before anything is asked: who waits leaves nothing behind either.
        Thread signal = new Thread(() -> Holding.giveBackAndEnd(ctl, held));
        Runtime.getRuntime().addShutdownHook(signal);
        try (Connection connection = ctl.connect()) {
            Holding holding = Holding.begin(connection, ttlSeconds.value());
            held.set(holding);
            LockResponse lock = connection.callWithoutDeadline(
                    LockGrpc.getLockMethod(),
                    LockRequest.newBuilder()
                            .setName(Arguments.bytes(arguments.get(0)))
                            .setLease(holding.leaseId())
                            .build());
            holding.got();
            if (arguments.size() > 1) {
                int code = child(lock, arguments.subList(1, arguments.size()));
                holding.close();
                ctl.exitWith(code);
            } else {
                hold(connection, lock.getKey(), holding);
            }
        }
    }

    private void hold(Connection connection, ByteString key, Holding holding) {
        if (!GetAnswer.show(ctl, connection, key)) {
            throw new CtlException(CtlException.Code.ERROR, "lock lost on init");
        }
        try {
            holding.lost().get();
            throw new CtlException(CtlException.Code.ERROR, "session expired");
        } catch (InterruptedException e) {
            holding.close();
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int child(LockResponse lock, List<String> command) {
        ProcessBuilder child = new ProcessBuilder(command).inheritIO();
        child.environment().put("ETCD_LOCK_KEY", lock.getKey().toStringUtf8());
        child.environment().put("ETCD_LOCK_REV", Long.toString(lock.getHeader().getRevision()));
        try {
            return child.start().waitFor();
        } catch (IOException e) {
            throw new CtlException(CtlException.Code.ERROR, ChildFailure.words(command.get(0)), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }
}
