package io.leasehold.statemachine;

/** One alarm that is on: which member raised it, and what for. */
public record ActiveAlarm(long memberId, AlarmType type) implements Comparable<ActiveAlarm> {
    @Override
    public int compareTo(ActiveAlarm other) {
        int byMember = Long.compareUnsigned(memberId, other.memberId);
        return byMember != 0 ? byMember : type.compareTo(other.type);
    }
}
