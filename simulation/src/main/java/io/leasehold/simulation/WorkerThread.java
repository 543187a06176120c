package io.leasehold.simulation;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A thread of a process that works on files: a task runs a while after it was handed over, in one piece as the simulation
 * has one thread, but a crash may come in the middle of it.
 */
final class WorkerThread extends AbstractExecutorService {
    private static final int DELAY_MAX_MILLIS = 400;

    private final SimulatedMember member;
    private final MemberProcess process;
    private final Agenda agenda;
    /** When its last task runs: one runs after the other. */
    private long lastNanos;

    WorkerThread(SimulatedMember member, MemberProcess process, Agenda agenda) {
        this.member = member;
        this.process = process;
        this.agenda = agenda;
    }

    @Override
    public void execute(Runnable task) {
        lastNanos =
                Math.max(lastNanos, agenda.nowNanos() + agenda.delayNanos(DELAY_MAX_MILLIS) + member.diskDelayNanos());
        process.whenRunning(lastNanos - agenda.nowNanos(), () -> member.dieOrDo(task));
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
