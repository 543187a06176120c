package io.leasehold.server.replica;

import io.leasehold.statemachine.AuthCommand;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.MemberCommand;
import io.leasehold.statemachine.Outcome;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** How long the Applier took for each command, by what it was and whether it was done. Written by the Applier, read on any thread. */
public final class ApplyTimes {
    /** etcd's buckets: a tenth of a millisecond, doubled. */
    private static final long LEAST_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private static final int BUCKETS = 20;

    /**
     * A kind of command.
     *
     * @param operation as etcd calls it
     * @param success whether it took effect; a refusal does not
     */
    public record Kind(String operation, boolean success) {}

    /** Bounded by the kinds of commands there are. */
    private final Map<Kind, Durations> durations = new ConcurrentHashMap<>();

    ApplyTimes() {}

    /** A command was applied in {@code nanos}. */
    void note(Command command, Outcome outcome, long nanos) {
        Kind kind = new Kind(operation(command), !(outcome instanceof Outcome.Refused));
        durations.computeIfAbsent(kind, first -> newDurations()).note(nanos);
    }

    /** Nothing measured yet, in the buckets of these. */
    public static Durations newDurations() {
        return new Durations(LEAST_NANOS, BUCKETS);
    }

    /** What was measured up to now; kinds that never came are absent. */
    public Map<Kind, Durations> all() {
        return Map.copyOf(durations);
    }

    private static String operation(Command command) {
        return switch (command) {
            case Command.Put put -> "Put";
            case Command.DeleteRange delete -> "DeleteRange";
            case Command.Txn txn -> "Txn";
            case Command.LeasedTxn txn -> "Txn";
            case Command.Compact compact -> "Compaction";
            case Command.LeaseGrant grant -> "LeaseGrant";
            case Command.LeaseRevoke revoke -> "LeaseRevoke";
            case Command.LeaseExpire expire -> "LeaseRevoke";
            case Command.LeaseCheckpoint checkpoint -> "LeaseCheckpoint";
            case Command.LeaseClear clear -> "LeaseCheckpoint";
            case Command.LeaderMarker marker -> "LeaderMarker";
            case Command.Alarm alarm -> "Alarm";
            case Command.PublishMember member -> "ClusterMemberAttrSet";
            case MemberCommand member -> "ConfChange";
            case AuthCommand auth -> auth instanceof AuthCommand.Authenticate ? "Authenticate" : "Auth";
        };
    }
}
