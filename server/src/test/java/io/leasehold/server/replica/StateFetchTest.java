package io.leasehold.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.raft.LeadershipGuard;
import io.leasehold.raft.LogListener;
import io.leasehold.raft.LogStatus;
import io.leasehold.raft.PeerNetwork;
import io.leasehold.raft.ReplicatedLog;
import io.leasehold.statemachine.CheckpointMark;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFetchTest {
    private static final long LEADER = 2;
    private static final byte[] CONTENT = "all there is".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private final Behind log = new Behind();
    private long nowNanos;
    private long fetchedIndex = 200;
    private boolean done;
    private StateFetch fetch;

    @BeforeEach
    void begin() {
        fetch = new StateFetch(
                directory.resolve("fetched"),
                (fetched, leastIndex) -> new CheckpointMark(fetchedIndex, 4, fetchedIndex, 4),
                log,
                () -> nowNanos,
                () -> done = true);
        assertThat(fetch.begin()).isTrue();
        assertThat(fetch.begin()).as("a second time").isFalse();
        fetch.turn();
    }

    @Test
    void a_state_is_fetched_piece_by_piece() throws Exception {
        assertThat(log.takeSent()).containsExactly(new StateMessage.Fetch());
        image(7);
        assertThat(log.takeSent()).containsExactly(new StateMessage.Read(7, 0, 0));
        piece(7, 0, 4);
        assertThat(log.takeSent()).containsExactly(new StateMessage.Read(7, 0, 4));
        assertThat(done).isFalse();
        piece(7, 4, CONTENT.length);

        assertThat(done).isTrue();
        assertThat(Files.readAllBytes(directory.resolve("fetched/segments/one")))
                .isEqualTo(CONTENT);
    }

    @Test
    void what_is_not_the_piece_that_was_asked_for_is_dropped() {
        image(7);
        log.takeSent();

        piece(6, 0, CONTENT.length);
        piece(7, 4, CONTENT.length);

        assertThat(done).isFalse();
        assertThat(log.takeSent()).isEmpty();
    }

    @Test
    void a_state_that_ends_before_the_log_is_not_taken() {
        log.takeSent();
        fetchedIndex = 99;
        image(7);
        piece(7, 0, CONTENT.length);
        assertThat(done).as("entry 100 was promised to a leader").isFalse();

        log.takeSent();
        fetchedIndex = 100;
        pass(1);
        assertThat(log.takeSent()).containsExactly(new StateMessage.Fetch());
        image(8);
        piece(8, 0, CONTENT.length);
        assertThat(done).isTrue();
    }

    @Test
    void a_request_without_an_answer_is_made_again_and_given_more_time() {
        log.takeSent();

        pass(4);
        pass(1);
        assertThat(log.takeSent()).containsExactly(new StateMessage.Fetch());
        pass(7);
        pass(1);
        assertThat(log.takeSent()).isEmpty();
        pass(1);
        assertThat(log.takeSent()).containsExactly(new StateMessage.Fetch());
    }

    @Test
    void an_image_that_is_gone_is_asked_for_anew() {
        image(7);
        log.takeSent();

        piece(7, 0, 0);
        pass(1);

        assertThat(log.takeSent()).containsExactly(new StateMessage.Fetch());
    }

    private void image(long imageId) {
        fetch.received(new StateMessage.Image(imageId, Map.of("segments/one", (long) CONTENT.length)));
        fetch.turn();
    }

    private void piece(long imageId, int from, int to) {
        byte[] bytes = new byte[Math.max(0, to - from)];
        System.arraycopy(CONTENT, from, bytes, 0, bytes.length);
        fetch.received(new StateMessage.Piece(imageId, 0, from, bytes));
        fetch.turn();
    }

    private void pass(long seconds) {
        nowNanos += TimeUnit.SECONDS.toNanos(seconds);
        fetch.turn();
    }

    /** The log of a member that has a hundred entries, all the others forgot. */
    private static final class Behind implements ReplicatedLog, PeerNetwork {
        private final List<StateMessage> sent = new ArrayList<>();

        List<StateMessage> takeSent() {
            List<StateMessage> taken = List.copyOf(sent);
            sent.clear();
            return taken;
        }

        @Override
        public boolean send(long memberId, byte[] message) {
            assertThat(memberId).isEqualTo(LEADER);
            return sent.add(StateMessage.decode(ByteBuffer.wrap(message).position(1)));
        }

        @Override
        public void listen(Topic topic, PeerListener listener) {}

        @Override
        public Map<Long, Contact> contacts() {
            return Map.of();
        }

        @Override
        public void start(LogListener listener, long appliedIndex, long appliedTerm) {}

        @Override
        public void propose(byte[] payload, Object proposal) {}

        @Override
        public LogStatus status() {
            return new LogStatus(3, LEADER, false, false, 100, 100);
        }

        @Override
        public void checkpointed(long index, long term) {}

        @Override
        public LeadershipGuard guard() {
            return listener -> {};
        }

        @Override
        public PeerNetwork network() {
            return this;
        }

        @Override
        public void close() {}
    }
}
