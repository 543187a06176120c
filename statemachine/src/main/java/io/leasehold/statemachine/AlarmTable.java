package io.leasehold.statemachine;

import io.leasehold.protocol.ErrorCode;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The alarms that are on, and what they forbid (kv.md 9). Changed by the Applier thread; {@link #active()} may be called
 * by any.
 */
final class AlarmTable {
    /** In order; replaced as a whole. */
    private volatile List<ActiveAlarm> active;

    AlarmTable(Collection<ActiveAlarm> active) {
        this.active = List.copyOf(new TreeSet<>(active));
    }

    List<ActiveAlarm> active() {
        return active;
    }

    /** The alarms to answer with: those found, raised or lowered. */
    List<ActiveAlarm> apply(Command.Alarm command) {
        ActiveAlarm named = new ActiveAlarm(command.memberId(), command.type());
        return switch (command.action()) {
            case GET -> active(command.type());
            case ACTIVATE -> activate(named);
            case DEACTIVATE -> deactivate(named);
        };
    }

    /** Why the alarms that are on forbid the command now; empty if they do not. */
    Optional<ErrorCode> refusal(Command command) {
        if (active.isEmpty()) {
            return Optional.empty();
        }
        if (isOn(AlarmType.CORRUPT) && touchesData(command)) {
            return Optional.of(ErrorCode.CORRUPT);
        }
        return isOn(AlarmType.NOSPACE) && Quota.cost(command) > 0 ? Optional.of(ErrorCode.NO_SPACE) : Optional.empty();
    }

    private List<ActiveAlarm> active(AlarmType type) {
        return active.stream()
                .filter(alarm -> type == AlarmType.NONE || alarm.type() == type)
                .toList();
    }

    private List<ActiveAlarm> activate(ActiveAlarm alarm) {
        if (alarm.type() == AlarmType.NONE) {
            return List.of();
        }
        TreeSet<ActiveAlarm> changed = new TreeSet<>(active);
        changed.add(alarm);
        active = List.copyOf(changed);
        return List.of(alarm);
    }

    private List<ActiveAlarm> deactivate(ActiveAlarm alarm) {
        TreeSet<ActiveAlarm> changed = new TreeSet<>(active);
        if (!changed.remove(alarm)) {
            return List.of();
        }
        active = List.copyOf(changed);
        return List.of(alarm);
    }

    private boolean isOn(AlarmType type) {
        for (ActiveAlarm alarm : active) {
            if (alarm.type() == type) {
                return true;
            }
        }
        return false;
    }

    private static boolean touchesData(Command command) {
        return switch (command) {
            case Command.Put put -> true;
            case Command.DeleteRange delete -> true;
            case Command.Txn txn -> true;
            case Command.Compact compact -> true;
            case Command.LeaseGrant grant -> true;
            case Command.LeasedTxn leased -> true;
            case Command.LeaseRevoke revoke -> true;
            case Command.LeaseExpire expire -> true;
            case Command.LeaseCheckpoint checkpoint -> false;
            case Command.LeaseClear clear -> false;
            case Command.LeaderMarker marker -> false;
            case Command.Alarm alarm -> false;
            case Command.PublishMember publish -> false;
            case AuthCommand auth -> false;
            case MemberCommand member -> false;
        };
    }
}
