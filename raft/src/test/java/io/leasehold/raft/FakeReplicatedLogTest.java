package io.leasehold.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.raft.RecordingListener.Changed;
import io.leasehold.raft.RecordingListener.Committed;
import io.leasehold.raft.RecordingListener.Internal;
import io.leasehold.raft.RecordingListener.Lost;
import io.leasehold.raft.RecordingListener.Ready;
import io.leasehold.raft.RecordingListener.Refused;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FakeReplicatedLogTest extends ReplicatedLogContract {

    private static final long MEMBER_ID = 7;

    private @Nullable FakeReplicatedLog last;

    @Override
    protected ReplicatedLog open() {
        FakeReplicatedLog before = last;
        FakeReplicatedLog opened = before == null ? FakeReplicatedLog.selfDriven(MEMBER_ID) : before.restarted();
        last = opened;
        return opened;
    }

    @Override
    protected long memberId() {
        return MEMBER_ID;
    }

    @Override
    protected int maxPayloadBytes() {
        return FakeReplicatedLog.MAX_PAYLOAD_BYTES;
    }

    @Test
    void nothing_is_committed_before_it_is_told_to() {
        RecordingListener listener = new RecordingListener();
        FakeReplicatedLog log = FakeReplicatedLog.of(MEMBER_ID);
        log.start(listener, 0, 0);
        log.becomeLeader();
        log.propose(bytes("a"), "A");
        log.propose(bytes("b"), "B");

        assertThat(listener.all()).containsExactly(new Changed(MEMBER_ID));
        assertThat(log.uncommitted()).isEqualTo(3);

        log.commitNext();
        log.commitNext();

        assertThat(listener.all())
                .containsExactly(
                        new Changed(MEMBER_ID), new Internal(1, 1), new Ready(1), new Committed(2, 1, "a", "A"));
    }

    @Test
    void an_entry_whose_leader_changed_may_be_committed_without_its_object() {
        RecordingListener listener = new RecordingListener();
        FakeReplicatedLog log = FakeReplicatedLog.of(MEMBER_ID);
        log.start(listener, 0, 0);
        log.becomeLeader();
        log.commitAll();
        log.propose(bytes("a"), "A");
        log.loseLeadership(true);
        log.propose(bytes("b"), "B");
        log.followLeader(9);
        log.commitAll();

        assertThat(listener.all())
                .endsWith(
                        new Refused("A", Refusal.LEADER_CHANGED),
                        new Changed(0),
                        new Lost(1),
                        new Refused("B", Refusal.NOT_LEADER),
                        new Changed(9),
                        new Committed(2, 1, "a", null),
                        new Internal(3, 2));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
