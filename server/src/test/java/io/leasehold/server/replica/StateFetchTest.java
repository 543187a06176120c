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
    private static final long OTHER = 3;
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
    void an_image_that_does_not_come_is_asked_for_every_two_seconds() {
        log.takeSent();

        for (int again = 0; again < 20; again++) {
            pass(1);
            assertThat(log.takeSent()).isEmpty();
            pass(1);
            assertThat(log.takeSent()).containsExactly(new StateMessage.Fetch());
        }
    }

    @Test
    void a_request_that_cannot_be_sent_is_sent_as_soon_as_it_can() {
        log.connected = false;
        pass(2);
        fetch.turn();
        log.takeSent();

        log.connected = true;
        fetch.turn();

        assertThat(log.takeSent()).containsExactly(new StateMessage.Fetch());
    }

    @Test
    void another_leader_is_asked_at_once() {
        log.takeSent();
        log.leaderId = 0;
        fetch.turn();
        assertThat(log.takeSent()).isEmpty();

        log.leaderId = OTHER;
        fetch.turn();
        assertThat(log.takeSent()).containsExactly(new StateMessage.Fetch());
        assertThat(log.lastTo).isEqualTo(OTHER);
    }

    @Test
    void pieces_are_asked_of_who_leads_no_more_while_it_answers() {
        image(7);
        log.leaderId = OTHER;
        piece(7, 0, 4);
        assertThat(log.takeSent()).contains(new StateMessage.Read(7, 0, 4));
        assertThat(log.lastTo).isEqualTo(LEADER);

        pass(2);
        assertThat(log.takeSent()).as("once more").containsExactly(new StateMessage.Read(7, 0, 4));
        pass(2);
        assertThat(log.takeSent()).containsExactly(new StateMessage.Fetch());
        assertThat(log.lastTo).isEqualTo(OTHER);
    }

    @Test
    void a_leader_that_gives_no_piece_is_asked_for_another_image_within_half_a_minute() {
        image(7);
        log.takeSent();

        pass(20);
        for (int seconds = 0; seconds < 20; seconds++) {
            pass(1);
        }

        assertThat(log.takeSent()).contains(new StateMessage.Fetch());
    }

    @Test
    void a_second_image_takes_the_place_of_the_first() throws Exception {
        image(7);
        piece(7, 0, 4);
        log.takeSent();

        image(8);
        piece(7, 4, CONTENT.length);
        assertThat(log.takeSent()).containsExactly(new StateMessage.Read(8, 0, 0));
        piece(8, 0, CONTENT.length);

        assertThat(done).isTrue();
        assertThat(Files.readAllBytes(directory.resolve("fetched/segments/one")))
                .isEqualTo(CONTENT);
    }

    @Test
    void an_image_of_a_member_that_was_not_asked_is_dropped() {
        log.takeSent();
        log.leaderId = OTHER;
        fetch.turn();
        log.takeSent();

        image(7);

        assertThat(log.takeSent()).isEmpty();
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
        fetch.received(LEADER, new StateMessage.Image(imageId, Map.of("segments/one", (long) CONTENT.length)));
        fetch.turn();
    }

    private void piece(long imageId, int from, int to) {
        byte[] bytes = new byte[Math.max(0, to - from)];
        System.arraycopy(CONTENT, from, bytes, 0, bytes.length);
        fetch.received(LEADER, new StateMessage.Piece(imageId, 0, from, bytes));
        fetch.turn();
    }

    private void pass(long seconds) {
        nowNanos += TimeUnit.SECONDS.toNanos(seconds);
        fetch.turn();
    }

    /** The log of a member that has a hundred entries, all the others forgot. */
    private static final class Behind implements ReplicatedLog, PeerNetwork {
        private final List<StateMessage> sent = new ArrayList<>();
        private boolean connected = true;
        private long leaderId = LEADER;
        private long lastTo;

        List<StateMessage> takeSent() {
            List<StateMessage> taken = List.copyOf(sent);
            sent.clear();
            return taken;
        }

        @Override
        public boolean send(long memberId, byte[] message) {
            if (!connected) {
                return false;
            }
            lastTo = memberId;
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
            return new LogStatus(3, leaderId, false, false, 100, 100);
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
