package io.leasehold.raft.ratis;

import io.leasehold.raft.LogListener;
import io.leasehold.raft.Refusal;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The process that {@link KillTest} kills: writes as fast as it can and prints a line for each entry committed. */
final class KilledWriter implements LogListener {

    /** Tells a whole line from the front of one. */
    static final String LINE_END = ".";

    private static final int IN_FLIGHT = 4;

    private final Semaphore slots = new Semaphore(0);
    private final PrintStream output = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] arguments) throws InterruptedException {
        KilledWriter writer = new KilledWriter();
        try (RatisLog log = new RatisLog(TestSettings.soleVoter(Path.of(arguments[0])))) {
            log.start(writer, 0, 0);
            for (long number = 0; ; number++) {
                writer.slots.acquire();
                String payload = arguments[1] + " entry " + number + LINE_END;
                log.propose(payload.getBytes(StandardCharsets.UTF_8), payload);
            }
        }
    }

    @Override
    public void committed(long index, long term, ByteBuffer payload, @Nullable Object proposal) {
        if (proposal != null) {
            output.println(proposal);
            slots.release();
        }
    }

    @Override
    public void internal(long index, long term) {}

    @Override
    public void refused(Object proposal, Refusal refusal) {
        throw new IllegalStateException("refused: " + refusal);
    }

    @Override
    public void leaderReady(long term) {
        slots.release(IN_FLIGHT);
    }

    @Override
    public void leaderLost(long term) {}

    @Override
    public void leaderChanged(long leaderId) {}

    @Override
    public void failed(String what, Throwable cause) {
        Runtime.getRuntime().halt(1);
    }
}
