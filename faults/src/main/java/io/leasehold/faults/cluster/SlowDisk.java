package io.leasehold.faults.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A disk that takes its time: as long as this is open, each call with which a member forces a file to disk takes so much
 * longer. Done by strace, which stops the calling thread at the system call and lets the others run; they run slower, too, as
 * strace looks at each of their calls. Needs strace, and to be root where tracing is limited to children.
 */
public final class SlowDisk implements AutoCloseable {
    private static final String FORCES = "fsync,fdatasync";
    private static final long END_LIMIT_SECONDS = 20;

    private final Process tracer;

    private SlowDisk(Process tracer) {
        this.tracer = tracer;
    }

    /** Slows the forces of a running member down by {@code delay}; empty where there is no strace. */
    public static Optional<SlowDisk> under(Member member, Duration delay) {
        String slower = "inject=" + FORCES + ":delay_exit=" + TimeUnit.NANOSECONDS.toMicros(delay.toNanos());
        ProcessBuilder strace = new ProcessBuilder(
                "strace", "-f", "-qq", "-o", "/dev/null", "-e", slower, "-p", Long.toString(member.pid()));
        try {
            return Optional.of(new SlowDisk(strace.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()));
        } catch (IOException noSuchProgram) {
            return Optional.empty();
        }
    }

    /** Lets the member go; it is as fast as before when this returns. */
    @Override
    public void close() {
        // Asked to end it detaches first; killed it would leave a thread that it holds in mid-call to the kernel.
        tracer.destroy();
        try {
            if (!tracer.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                tracer.destroyForcibly().waitFor();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            tracer.destroyForcibly();
        }
    }
}
