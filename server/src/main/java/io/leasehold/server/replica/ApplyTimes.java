package io.leasehold.server.replica;

import static java.util.Objects.requireNonNull;

import io.leasehold.statemachine.AuthCommand;
import io.leasehold.statemachine.Command;
import io.leasehold.statemachine.MemberCommand;
import io.leasehold.statemachine.Outcome;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How long the Applier took for each command, by what it was and whether it was done. Written by the Applier, read on any thread. */
public final class ApplyTimes {
    /** etcd's buckets: a tenth of a millisecond, doubled. */
    private static final long LEAST_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private static final int BUCKETS = 20;

    /** What a command does. */
    public enum Operation {
        PUT("Put"),
        DELETE_RANGE("DeleteRange"),
        TXN("Txn"),
        COMPACTION("Compaction"),
        LEASE_GRANT("LeaseGrant"),
        LEASE_REVOKE("LeaseRevoke"),
        LEASE_CHECKPOINT("LeaseCheckpoint"),
        LEADER_MARKER("LeaderMarker"),
        ALARM("Alarm"),
        MEMBER_PUBLISHED("ClusterMemberAttrSet"),
        MEMBERSHIP("ConfChange"),
        AUTHENTICATE("Authenticate"),
        AUTH("Auth");

        private final String etcdName;

        Operation(String etcdName) {
            this.etcdName = etcdName;
        }

        /** As etcd calls it in its metrics. */
        public String etcdName() {
            return etcdName;
        }
    }

    /**
     * A kind of command.
     *
     * @param success whether it took effect; a refusal does not
     */
    public record Kind(Operation operation, boolean success) {}

    private final Map<Operation, Durations> done = forEachOperation();
    private final Map<Operation, Durations> refused = forEachOperation();

    ApplyTimes() {}

    /** A command was applied in {@code nanos}. */
    void note(Command command, Outcome outcome, long nanos) {
        Map<Operation, Durations> durations = outcome instanceof Outcome.Refused ? refused : done;
        of(durations, operation(command)).note(nanos);
    }

    /** Nothing measured yet, in the buckets of these. */
    public static Durations newDurations() {
        return new Durations(LEAST_NANOS, BUCKETS);
    }

    /** What was measured up to now; kinds that never came are absent. */
    public Map<Kind, Durations> all() {
        Map<Kind, Durations> all = new HashMap<>();
        for (Operation operation : Operation.values()) {
            addIfAny(all, new Kind(operation, true), done);
            addIfAny(all, new Kind(operation, false), refused);
        }
        return all;
    }

    private static void addIfAny(Map<Kind, Durations> all, Kind kind, Map<Operation, Durations> durations) {
        Durations ofKind = of(durations, kind.operation());
        if (!ofKind.isEmpty()) {
            all.put(kind, ofKind);
        }
    }

    private static Durations of(Map<Operation, Durations> durations, Operation operation) {
        return requireNonNull(durations.get(operation), "every operation has its durations");
    }

    private static Map<Operation, Durations> forEachOperation() {
        Map<Operation, Durations> durations = new EnumMap<>(Operation.class);
        for (Operation operation : Operation.values()) {
            durations.put(operation, newDurations());
        }
        return durations;
    }

    private static Operation operation(Command command) {
        return switch (command) {
            case Command.Put put -> Operation.PUT;
            case Command.DeleteRange delete -> Operation.DELETE_RANGE;
            case Command.Txn txn -> Operation.TXN;
            case Command.LeasedTxn txn -> Operation.TXN;
            case Command.Compact compact -> Operation.COMPACTION;
            case Command.LeaseGrant grant -> Operation.LEASE_GRANT;
            case Command.LeaseRevoke revoke -> Operation.LEASE_REVOKE;
            case Command.LeaseExpire expire -> Operation.LEASE_REVOKE;
            case Command.LeaseCheckpoint checkpoint -> Operation.LEASE_CHECKPOINT;
            case Command.LeaseClear clear -> Operation.LEASE_CHECKPOINT;
            case Command.LeaderMarker marker -> Operation.LEADER_MARKER;
            case Command.Alarm alarm -> Operation.ALARM;
            case Command.PublishMember member -> Operation.MEMBER_PUBLISHED;
            case MemberCommand member -> Operation.MEMBERSHIP;
            case AuthCommand auth -> auth instanceof AuthCommand.Authenticate ? Operation.AUTHENTICATE : Operation.AUTH;
        };
    }
}
