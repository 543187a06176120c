package io.leasehold.raft;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes down what a log says, in order. Any thread; tests wait for what they expect. */
public final class RecordingListener implements LogListener {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** One call. */
    public sealed interface Heard {}

    /** {@link LogListener#committed}. */
    public record Committed(long index, long term, String payload, @Nullable Object proposal) implements Heard {}

    /** {@link LogListener#internal}. */
    public record Internal(long index, long term) implements Heard {}

    /** {@link LogListener#refused}. */
    public record Refused(Object proposal, Refusal refusal) implements Heard {}

    /** {@link LogListener#leaderReady}. */
    public record Ready(long term) implements Heard {}

    /** {@link LogListener#leaderLost}. */
    public record Lost(long term) implements Heard {}

    /** {@link LogListener#leaderChanged}. */
    public record Changed(long leaderId) implements Heard {}

    /** {@link LogListener#failed}. */
    public record Failed(String what, Throwable cause) implements Heard {}

    private final List<Heard> heard = new ArrayList<>();

    @Override
    public void committed(long index, long term, ByteBuffer payload, @Nullable Object proposal) {
        add(new Committed(index, term, StandardCharsets.UTF_8.decode(payload).toString(), proposal));
    }

    @Override
    public void internal(long index, long term) {
        add(new Internal(index, term));
    }

    @Override
    public void refused(Object proposal, Refusal refusal) {
        add(new Refused(proposal, refusal));
    }

    @Override
    public void leaderReady(long term) {
        add(new Ready(term));
    }

    @Override
    public void leaderLost(long term) {
        add(new Lost(term));
    }

    @Override
    public void leaderChanged(long leaderId) {
        add(new Changed(leaderId));
    }

    @Override
    public void failed(String what, Throwable cause) {
        add(new Failed(what, cause));
    }

    /** Everything heard so far. */
    public synchronized List<Heard> all() {
        return List.copyOf(heard);
    }

    /** Everything of one kind heard so far. */
    public <T extends Heard> List<T> all(Class<T> kind) {
        return all().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Waits until something of this kind was heard, and returns the first. */
    public <T extends Heard> T await(Class<T> kind) {
        return await(kind, one -> true);
    }

    /** Waits until something of this kind that fulfils the condition was heard, and returns the first. */
    public synchronized <T extends Heard> T await(Class<T> kind, Predicate<T> condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            for (Heard one : heard) {
                if (kind.isInstance(one) && condition.test(kind.cast(one))) {
                    return kind.cast(one);
                }
            }
            if (!kind.equals(Failed.class) && heard.stream().anyMatch(Failed.class::isInstance)) {
                throw new AssertionError("the log failed, heard " + heard);
            }
            long leftMillis = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (leftMillis <= 0) {
                throw new AssertionError("waited in vain for " + kind.getSimpleName() + ", heard " + heard);
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", interrupted);
            }
        }
    }

    private synchronized void add(Heard one) {
        heard.add(one);
        notifyAll();
    }
}
