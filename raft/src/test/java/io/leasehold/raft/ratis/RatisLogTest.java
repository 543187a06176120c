package io.leasehold.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.raft.LogListener;
import io.leasehold.raft.PeerPortException;
import io.leasehold.raft.RecordingListener;
import io.leasehold.raft.RecordingListener.Committed;
import io.leasehold.raft.RecordingListener.Ready;
import io.leasehold.raft.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is particular to this engine. */
class RatisLogTest {

    @TempDir
    Path directory;

    @Test
    void a_taken_peer_port_is_told_clearly_and_the_process_lives() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RatisLog log = new RatisLog(TestSettings.soleVoter(directory, taken.getLocalPort()))) {

            assertThatThrownBy(() -> log.start(new RecordingListener(), 0, 0))
                    .isInstanceOf(PeerPortException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void the_peer_port_is_held_while_the_log_runs_and_free_after_it() throws IOException {
        int port = TestSettings.freePort();
        RecordingListener listener = new RecordingListener();
        try (RatisLog log = new RatisLog(TestSettings.soleVoter(directory.resolve("a"), port))) {
            log.start(listener, 0, 0);

            assertThatThrownBy(() -> new RatisLog(TestSettings.soleVoter(directory.resolve("b"), port))
                            .start(new RecordingListener(), 0, 0))
                    .isInstanceOf(PeerPortException.class);
        }
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }

    @Test
    void a_listener_that_throws_fails_the_log_and_gets_no_further_entry() {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        CompletableFuture<Long> ready = new CompletableFuture<>();
        RuntimeException bug = new IllegalStateException("a bug in apply");
        LogListener listener = new ThrowingListener(bug, ready, failure);
        try (RatisLog log = new RatisLog(TestSettings.soleVoter(directory))) {
            log.start(listener, 0, 0);
            ready.join();
            log.propose(new byte[] {1}, "first");
            log.propose(new byte[] {2}, "second");

            assertThat(failure.join()).isSameAs(bug);
        }
    }

    @Test
    void a_checkpoint_lets_go_of_the_segments_behind_the_one_before_it() throws IOException {
        RecordingListener listener = new RecordingListener();
        long term;
        try (RatisLog log = new RatisLog(TestSettings.soleVoter(directory))) {
            log.start(listener, 0, 0);
            term = listener.await(Ready.class).term();
            // Three segments of eight mebibytes.
            for (int i = 0; i < 26; i++) {
                log.propose(new byte[TestSettings.MAX_PAYLOAD_BYTES], i);
            }
            listener.await(Committed.class, entry -> entry.index() == 27);
            long before = segments();
            log.checkpointed(25, term);
            assertThat(segments()).isEqualTo(before);
            log.checkpointed(27, term);
        }

        assertThat(segments()).isLessThan(3);
        RecordingListener again = new RecordingListener();
        try (RatisLog log = new RatisLog(TestSettings.soleVoter(directory))) {
            log.start(again, 25, term);
            again.await(Ready.class);
        }
        assertThat(again.all(Committed.class)).extracting(Committed::index).containsExactly(26L, 27L);
    }

    @Test
    void a_directory_may_have_commas_blanks_and_dollars_in_its_name() {
        Path odd = directory.resolve("one, two ${user.home} ");
        for (int start = 0; start < 2; start++) {
            RecordingListener listener = new RecordingListener();
            try (RatisLog log = new RatisLog(TestSettings.soleVoter(odd))) {
                log.start(listener, 0, 0);
                listener.await(Ready.class);
            }
        }
        assertThat(directory.toFile().list()).containsExactly("one, two ${user.home} ");
    }

    private long segments() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("log_"))
                    .count();
        }
    }

    private record ThrowingListener(
            RuntimeException bug, CompletableFuture<Long> ready, CompletableFuture<Throwable> failure)
            implements LogListener {

        @Override
        public void committed(long index, long term, ByteBuffer payload, @Nullable Object proposal) {
            if (failure.isDone()) {
                throw new AssertionError("an entry was handed over after the failure");
            }
            throw bug;
        }

        @Override
        public void internal(long index, long term) {}

        @Override
        public void refused(Object proposal, Refusal refusal) {}

        @Override
        public void leaderReady(long term) {
            ready.complete(term);
        }

        @Override
        public void leaderLost(long term) {}

        @Override
        public void leaderChanged(long leaderId) {}

        @Override
        public void failed(String what, Throwable cause) {
            failure.complete(cause);
        }
    }
}
