package io.leasehold.cli.lease;

import io.grpc.ClientCall;
import io.grpc.Status;
import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.KeepAliveStream;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.output.Output;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code lease keep-alive <id>…}: renews leases, each every third of its TTL, until they are gone or a signal comes. */
final class KeepAliveCommand implements Action {
    /** Answers and the end of the stream; the requests bound how many there can be. */
    private static final int QUEUE_LIMIT = 1_024;

    private static final int RENEWALS_PER_TTL = 3;
    private static final long REOPEN_MILLIS = 250;

    private final Ctl ctl;

    private final Flag<Boolean> once;

    KeepAliveCommand(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        this.once = flags.toggle("once", "renew once and end");
    }

    /** What the stream brings: an answer, or its end. */
    private record News(@Nullable LeaseKeepAliveResponse answer, Status end) {}

    @Override
    @ReadsClock("a server that restarts is asked again")
    public void run(List<String> arguments) {
        Arguments.count(arguments, 1, QUEUE_LIMIT / 2, "lease keep-alive command needs lease ID as argument");
        Set<Long> alive = new LinkedHashSet<>();
        arguments.forEach(text -> alive.add(Arguments.hexId(text, "lease")));
        ctl.endBySignals();
        try (Connection connection = ctl.connect()) {
            while (!renewOverOneStream(connection, alive)) {
                TimeUnit.MILLISECONDS.sleep(REOPEN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether it is over; if not, the stream broke and another one goes on. */
    private boolean renewOverOneStream(Connection connection, Set<Long> alive) throws InterruptedException {
        BlockingQueue<News> news = new ArrayBlockingQueue<>(QUEUE_LIMIT);
        ClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call = KeepAliveStream.open(
                connection, answer -> news.add(new News(answer, Status.OK)), end -> news.add(new News(null, end)));
        try {
            long pauseNanos = Long.MAX_VALUE;
            while (!alive.isEmpty()) {
                alive.forEach(id -> call.sendMessage(
                        LeaseKeepAliveRequest.newBuilder().setID(id).build()));
                for (int owed = alive.size(); owed > 0; owed--) {
                    News next = news.take();
                    if (isPassing(next)) {
                        return false;
                    }
                    pauseNanos = Math.min(pauseNanos, answered(next, alive));
                }
                if (once.value()) {
                    return true;
                }
                // Only the stream's end can come now.
                News end = alive.isEmpty() ? null : news.poll(pauseNanos, TimeUnit.NANOSECONDS);
                if (end != null && isPassing(end)) {
                    return false;
                } else if (end != null) {
                    answered(end, alive);
                }
            }
            return true;
        } finally {
            call.cancel("done", null);
        }
    }

    private boolean isPassing(News news) {
        return !once.value() && news.answer() == null && news.end().getCode() == Status.Code.UNAVAILABLE;
    }

    /** Tells of an answer; returns how long its lease can wait for the next renewal. */
    private long answered(News next, Set<Long> alive) {
        LeaseKeepAliveResponse answer = next.answer();
        if (answer == null) {
            throw new CtlException(CtlException.Code.BAD_CONNECTION, Connection.words(next.end()));
        }
        if (answer.getTTL() > 0) {
            ctl.output().print(new LeaseAnswers.KeptAlive(answer));
            return TimeUnit.SECONDS.toNanos(answer.getTTL()) / RENEWALS_PER_TTL;
        }
        alive.remove(answer.getID());
        if (once.value()) {
            throw new CtlException(CtlException.Code.BAD_CONNECTION, "etcdserver: requested lease not found");
        }
        if (ctl.output().format() == Output.Format.SIMPLE) {
            ctl.output().line("lease " + LeaseAnswers.id(answer.getID()) + " expired or revoked.");
        }
        return Long.MAX_VALUE;
    }
}
