package io.leasehold.cli.local;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Keeps the members of a cluster as its children: starts them, shows how they are, does what other processes ask, and ends them
 * all at the end. It works in steps of a tenth of a second; what takes longer, such as a restart, waits in steps as well. One
 * thread, but for {@link #end}.
 */
final class Supervisor {
    /** A member of several stops in two seconds; on a machine that does much else it may take some more. */
    private static final long STOP_NANOS = 20_000_000_000L;

    private final Members members;
    private final Journal journal;
    private final View view;
    private final ControlSocket control;
    private final LongSupplier nanoTime;
    private final CountDownLatch end;
    private final Orders orders = new Orders(this);
    private Picture picture;
    private boolean everServed;

    /**
     * Makes one that has not begun.
     *
     * @param end is counted down to end it, by any thread
     */
    Supervisor(
            ClusterDirectory directory,
            Members members,
            Journal journal,
            View view,
            ControlSocket control,
            LongSupplier nanoTime,
            CountDownLatch end) {
        this.members = members;
        this.journal = journal;
        this.view = view;
        this.control = control;
        this.nanoTime = nanoTime;
        this.end = end;
        this.picture = new Picture(directory.path(), members.cluster(), List.of(), List.of());
    }

    /**
     * Starts all members and keeps them until the end is asked for.
     *
     * @return whether they came up: false if every one of them ended by itself
     */
    boolean run() throws IOException {
        try {
            for (MemberSpec member : members.cluster().members()) {
                members.start(member);
            }
            while (!isEnding()) {
                step();
                if (!everServed && picture.members().stream().allMatch(each -> each.condition() == Condition.ENDED)) {
                    return false;
                }
                control.poll().ifPresent(this::carryOut);
            }
            return true;
        } finally {
            endAll();
        }
    }

    Members members() {
        return members;
    }

    Picture picture() {
        return picture;
    }

    long nowNanos() {
        return nanoTime.getAsLong();
    }

    void note(String text) {
        journal.note(text);
    }

    /** Asks for the end; it comes when the step that is under way is done. */
    void end() {
        end.countDown();
    }

    boolean isEnding() {
        return end.getCount() == 0;
    }

    /** Goes on in steps until something is so; false if it is not in time, or the end is asked for before. */
    boolean await(long limitNanos, BooleanSupplier condition) {
        long startNanos = nowNanos();
        while (!condition.getAsBoolean()) {
            if (isEnding() || nowNanos() - startNanos >= limitNanos) {
                return false;
            }
            step();
        }
        return true;
    }

    /** Stops members, all at once; those that do not stop in time are killed. Also when the end is asked for. */
    void stop(List<RunningMember> some) {
        long startNanos = nowNanos();
        some.stream().filter(RunningMember::isAlive).forEach(RunningMember::stop);
        while (some.stream().anyMatch(RunningMember::isAlive)) {
            if (nowNanos() - startNanos >= STOP_NANOS) {
                some.stream().filter(RunningMember::isAlive).forEach(RunningMember::kill);
            }
            step();
        }
        // So that it is seen and told before anything else happens to them.
        step();
    }

    private void carryOut(ControlSocket.Request request) {
        Answer answer;
        try {
            answer = orders.carryOut(request.order());
        } catch (IOException e) {
            answer = Answer.failed(String.valueOf(e.getMessage()));
        }
        request.answer(answer);
    }

    /** Looks, shows, waits for a moment. */
    private void step() {
        Picture before = picture;
        LocalCluster cluster = members.cluster();
        picture = new Picture(before.directory(), cluster, members.look(nowNanos()), journal.events());
        Journal.between(before, picture).forEach(journal::note);
        if (!everServed && picture.isServing()) {
            everServed = true;
            journal.note("ready: leaseholdctl --endpoints=" + cluster.endpoints()
                    + (cluster.secure() ? " --insecure-skip-tls-verify" : "") + " put greeting hello");
        }
        picture = new Picture(picture.directory(), cluster, picture.members(), journal.events());
        view.show(picture, journal.takeFresh());
        if (view.isEndAsked()) {
            end();
        }
    }

    private void endAll() {
        if (members.isAnyAlive()) {
            journal.note("ending all members");
        }
        stop(members.all());
    }
}
