package io.leasehold.cli.concurrency;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.protocol.v3lockpb.LockGrpc;
import io.leasehold.protocol.v3lockpb.LockRequest;
import io.leasehold.protocol.v3lockpb.LockResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lock <name> [command]}: holds a lock until a signal comes, or while a command runs. */
@Command(
        name = "lock",
        description = "hold a lock until a signal comes, or while a command runs",
        footer = {"", "  leaseholdctl lock backups -- ./backup.sh --full"})
public final class LockCommand implements Runnable {
    private final Ctl ctl;

    @Option(names = "--ttl", defaultValue = "10", description = "seconds after which the lock of a dead holder is free")
    private long ttlSeconds;

    @Parameters(paramLabel = "<name> [-- command]")
    private List<String> arguments = new ArrayList<>();

    /** Locks by the given root. */
    public LockCommand(Ctl ctl) {
        this.ctl = ctl;
    }

    @Override
    public void run() {
        Arguments.count(
                arguments,
                1,
                Integer.MAX_VALUE,
                "lock takes one lock name argument and an optional command to execute");
        CountDownLatch given = new CountDownLatch(1);
        try (Connection connection = ctl.connect()) {
            Holding holding = Holding.begin(connection, ttlSeconds);
            Thread signal = new Thread(() -> {
                holding.close();
                given.countDown();
                Runtime.getRuntime().halt(0);
            });
            Runtime.getRuntime().addShutdownHook(signal);
            LockResponse lock = connection.callWithoutDeadline(
                    LockGrpc.getLockMethod(),
                    LockRequest.newBuilder()
                            .setName(Arguments.bytes(arguments.get(0)))
                            .setLease(holding.leaseId())
                            .build());
            if (arguments.size() > 1) {
                int code = child(lock);
                holding.close();
                if (code != 0) {
                    ctl.out().flush();
                    Runtime.getRuntime().halt(code);
                }
            } else {
                hold(lock.getKey(), holding);
            }
        }
    }

    private void hold(ByteString key, Holding holding) {
        ctl.output().line(key.toStringUtf8());
        ctl.output().line("");
        try {
            holding.lost().get();
            throw new CtlException(CtlException.Code.ERROR, "session expired");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private int child(LockResponse lock) {
        ProcessBuilder child = new ProcessBuilder(arguments.subList(1, arguments.size())).inheritIO();
        child.environment().put("ETCD_LOCK_KEY", lock.getKey().toStringUtf8());
        child.environment().put("ETCD_LOCK_REV", Long.toString(lock.getHeader().getRevision()));
        try {
            return child.start().waitFor();
        } catch (IOException e) {
            throw new CtlException(CtlException.Code.ERROR, String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }
}
