package io.leasehold.simulation;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The thread on which a member makes its checkpoints: a task runs a while after it was handed over, in one piece as the
 * simulation has one thread, but a crash may come in the middle of it.
 */
final class CheckpointThread extends AbstractExecutorService {
    private static final int DELAY_MAX_MILLIS = 400;

    private final SimulatedMember member;
    private final Agenda agenda;

    CheckpointThread(SimulatedMember member, Agenda agenda) {
        this.member = member;
        this.agenda = agenda;
    }

    @Override
    public void execute(Runnable task) {
        member.whenRunning(agenda.delayNanos(DELAY_MAX_MILLIS), () -> member.dieOrDo(task));
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
