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
import java.util.concurrent.CompletableFuture;
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
        AtomicReference<@Nullable CompletableFuture<Integer>> child = new AtomicReference<>();
        // Before anything else: who has only just started leaves nothing behind either, and says so.
        SignalledEnd signals = new SignalledEnd(() -> signalled(held, child));
        try (Connection connection = ctl.connect()) {
            lock(connection, arguments, held, child);
        } finally {
            signals.forget();
        }
    }

    private void lock(
            Connection connection,
            List<String> arguments,
            AtomicReference<@Nullable Holding> held,
            AtomicReference<@Nullable CompletableFuture<Integer>> child) {
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
            CompletableFuture<Integer> code = new CompletableFuture<>();
            child.set(code);
            code.complete(runHolding(holding, lock, arguments.subList(1, arguments.size())));
            ctl.exitWith(code.join());
        } else {
            hold(connection, lock.getKey(), holding);
        }
    }

    /** A command that runs ends first, as it wants to: it must not go on without the lock. */
    private int signalled(
            AtomicReference<@Nullable Holding> held, AtomicReference<@Nullable CompletableFuture<Integer>> child) {
        CompletableFuture<Integer> code = child.get();
        return code == null ? Holding.giveBack(ctl, held.get()) : code.join();
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

    /** Runs a command and unlocks; returns the command's exit code, of which it tells unless it is 0. */
    private int runHolding(Holding holding, LockResponse lock, List<String> command) {
        ProcessBuilder child = new ProcessBuilder(command).inheritIO();
        child.environment().put("ETCD_LOCK_KEY", lock.getKey().toStringUtf8());
        child.environment().put("ETCD_LOCK_REV", Long.toString(lock.getHeader().getRevision()));
        String failure;
        int code;
        try {
            code = exitCode(child.start());
            failure = "exit status " + code;
        } catch (IOException e) {
            code = CtlException.Code.ERROR.number();
            failure = ChildFailure.words(command.get(0));
        }
        holding.close();
        if (code != 0) {
            ctl.err().println("Error: " + failure);
        }
        return code;
    }

    /** Waits for the end. An interrupt waits, too: who typed it has typed it for the command. */
    private static int exitCode(Process child) {
        while (true) {
            try {
                return child.waitFor();
            } catch (InterruptedException e) {
                // Meant for the command.
            }
        }
    }
}
