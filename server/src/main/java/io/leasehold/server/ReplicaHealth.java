package io.leasehold.server;

import io.leasehold.server.config.ServerVersion;
import io.leasehold.server.http.MemberHealth;
import io.leasehold.server.replica.MemberStatus;
import io.leasehold.server.replica.ReadPoint;
import io.leasehold.server.replica.Replica;
import io.leasehold.statemachine.ActiveAlarm;
import io.leasehold.statemachine.Member;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What the health endpoints learn of a replica. Any thread. */
final class ReplicaHealth implements MemberHealth {
    private final Replica replica;

    ReplicaHealth(Replica replica) {
        this.replica = replica;
    }

    @Override
    public boolean hasLeader() {
        return replica.status().leaderId() != 0;
    }

    @Override
    public boolean isLearner() {
        MemberStatus status = replica.status();
        return status.members().stream().anyMatch(member -> member.id() == status.memberId() && member.learner());
    }

    @Override
    public Set<String> alarms() {
        return replica.status().alarms().stream()
                .map(ActiveAlarm::type)
                .map(Enum::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Optional<String> clusterVersion() {
        boolean published =
                replica.status().members().stream().map(Member::name).noneMatch(String::isEmpty);
        return published ? Optional.of(ServerVersion.CLUSTER) : Optional.empty();
    }

    @Override
    public void tryRead(boolean linearizable, Consumer<Optional<String>> result) {
        if (!linearizable) {
            // A snapshot is always there to be read once the member runs.
            result.accept(Optional.empty());
            return;
        }
        replica.linearizable(Runnable::run, point -> result.accept(failure(point)));
    }

    private static Optional<String> failure(ReadPoint point) {
        return switch (point) {
            case ReadPoint.Ready ready -> Optional.empty();
            case ReadPoint.Failed failed -> Optional.of(failed.code().message());
        };
    }
}
