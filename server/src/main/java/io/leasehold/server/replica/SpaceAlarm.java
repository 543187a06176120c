package io.leasehold.server.replica;

import io.leasehold.statemachine.ActiveAlarm;
import io.leasehold.statemachine.AlarmType;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.StateMachine;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * This member's alarm for space. Whoever is refused for want of space hears of it when the alarm is on, as with etcd: he may
 * ask for the member's health next. Any thread.
 */
final class SpaceAlarm {
    private final ReplicaSettings settings;
    private final Lanes lanes;
    private final PendingCommands pending;
    private final StateMachine machine;

    /** Whether the alarm is on its way already. */
    private final AtomicBoolean proposed = new AtomicBoolean();

    /** What is to be done when it is on. Bounded by the calls that clients have under way. */
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    SpaceAlarm(ReplicaSettings settings, Lanes lanes, PendingCommands pending, StateMachine machine) {
        this.settings = settings;
        this.lanes = lanes;
        this.pending = pending;
        this.machine = machine;
    }

    /** Whether it is on, as far as this member has applied. */
    boolean isOn() {
        return machine.alarms().contains(new ActiveAlarm(settings.memberId(), AlarmType.NOSPACE));
    }

    /** Whether that of any member is on, as far as this member has applied. */
    boolean isOnAnywhere() {
        return machine.alarms().stream().anyMatch(alarm -> alarm.type() == AlarmType.NOSPACE);
    }

    /** Has it raised, unless that is under way. */
    void raise() {
        if (proposed.compareAndSet(false, true)) {
            Command alarm = new Command.Alarm(Command.AlarmAction.ACTIVATE, settings.memberId(), AlarmType.NOSPACE);
            lanes.offerInternal(pending.own(alarm, outcome -> settled()));
        }
    }

    /** Runs {@code then} when it is on; has it raised before that, and runs it also when that could not be done. */
    void whenOn(Runnable then) {
        if (isOn()) {
            then.run();
            return;
        }
        // In this order: whoever is added behind the last look raises it anew.
        waiting.add(then);
        raise();
    }

    private void settled() {
        proposed.set(false);
        for (Runnable then = waiting.poll(); then != null; then = waiting.poll()) {
            then.run();
        }
    }
}
