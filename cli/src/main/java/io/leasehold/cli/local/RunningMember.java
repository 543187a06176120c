package io.leasehold.cli.local;

import io.netty.channel.EventLoopGroup;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One life of a member: a child process, from its start until it is started anew. One thread. */
final class RunningMember implements AutoCloseable {
    private static final File NOWHERE = new File("/dev/null");

    private final MemberSpec spec;
    private final Process process;
    private final Path log;
    private final MemberCalls calls;
    private Asked asked = Asked.NOTHING;

    /** What was last done to the process. */
    private enum Asked {
        NOTHING,
        STOP,
        KILL
    }

    private RunningMember(MemberSpec spec, Process process, Path log, MemberCalls calls) {
        this.spec = spec;
        this.process = process;
        this.log = log;
        this.calls = calls;
    }

    /** Starts the process; what it prints is added to the log. */
    static RunningMember start(MemberSpec spec, List<String> command, Path log, EventLoopGroup sockets, boolean secure)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(NOWHERE))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // A variable would contradict the flag of its name.
        builder.environment().keySet().removeIf(name -> name.toUpperCase(Locale.ROOT)
                .startsWith("ETCD_"));
        return new RunningMember(spec, builder.start(), log, new MemberCalls(sockets, spec, secure));
    }

    MemberSpec spec() {
        return spec;
    }

    MemberCalls calls() {
        return calls;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** How it is noted; empty if it has ended. */
    Optional<ChildProcess> noted() {
        return isAlive() ? ChildProcess.of(spec.name(), process.toHandle()) : Optional.empty();
    }

    /** Asks it to stop, as SIGTERM does. */
    void stop() {
        asked = Asked.STOP;
        // While the launcher still prepares something, that is a process of its own.
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }

    /** Ends it at once. */
    void kill() {
        asked = Asked.KILL;
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** How it is. */
    Condition condition(long nowNanos) {
        if (isAlive() && asked == Asked.STOP) {
            return Condition.STOPPING;
        } else if (isAlive()) {
            return Condition.running(calls.last(), calls.isRecent(nowNanos));
        }
        return switch (asked) {
            case NOTHING -> Condition.ENDED;
            case STOP -> Condition.STOPPED;
            case KILL -> Condition.KILLED;
        };
    }

    /** It as part of a picture. */
    Picture.Member picture(long nowNanos) {
        Condition condition = condition(nowNanos);
        boolean running = condition.isRunning();
        return new Picture.Member(
                spec,
                condition,
                running ? Optional.of(process.pid()) : Optional.empty(),
                running ? calls.last() : Optional.empty(),
                condition == Condition.ENDED ? reason() : "");
    }

    /** Why it ended by itself: its exit code and the last line that it printed. */
    private String reason() {
        String code = "exit code " + process.exitValue();
        try {
            return LastLine.of(log).map(line -> code + ": " + line).orElse(code);
        } catch (IOException unreadable) {
            return code;
        }
    }

    @Override
    public void close() {
        calls.close();
    }
}
