package io.leasehold.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The thread on which a member makes its checkpoints: tasks run one after the other, each a while after it was handed
 * over, in one piece as the simulation has one thread, but a crash may come in the middle of it.
 */
final class CheckpointThread extends AbstractExecutorService {
    private static final int DELAY_MAX_MILLIS = 400;

    private final SimulatedMember member;
    private final Agenda agenda;

    /** Handed over and not run yet, in that order; the first of them is on the agenda. */
    private final Deque<Runnable> tasks = new ArrayDeque<>();

    CheckpointThread(SimulatedMember member, Agenda agenda) {
        this.member = member;
        this.agenda = agenda;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (tasks.size() == 1) {
            plan();
        }
    }

    /** A crash, in a task or between two, is the end of this thread: nothing of it is on the agenda any more. */
    private void plan() {
        member.whenRunning(agenda.delayNanos(DELAY_MAX_MILLIS), () -> {
            boolean[] lived = {false};
            member.dieOrDo(() -> {
                tasks.element().run();
                lived[0] = true;
            });
            if (lived[0]) {
                tasks.remove();
                if (!tasks.isEmpty()) {
                    plan();
                }
            }
        });
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
