package io.leasehold.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IdleLogWorkerTest {

    private static final String PEER = "m";
    private static final String MEMBER = "m@group";
    private static final long PATIENCE_SECONDS = 60;

    @Test
    void a_worker_that_waits_for_work_is_woken_when_the_engine_waits_for_its_end() throws InterruptedException {
        FakeSegmentedRaftLogWorker engine = new FakeSegmentedRaftLogWorker();
        Thread.ofPlatform().name(PEER + "-impl-thread1").daemon().start(engine::close);

        while (engine.thread.isAlive()) {
            IdleLogWorker.wake(PEER, MEMBER);
            assertThat(engine.thread.join(Duration.ofMillis(5)) || engine.inTime())
                    .isTrue();
        }

        assertThat(engine.wasInterrupted).isTrue();
    }

    @Test
    void a_worker_that_was_not_told_to_end_is_left_alone() throws InterruptedException {
        FakeSegmentedRaftLogWorker engine = new FakeSegmentedRaftLogWorker();

        IdleLogWorker.wake(PEER, MEMBER);

        assertThat(engine.thread.isInterrupted()).isFalse();
        engine.work.countDown();
        engine.thread.join();
        assertThat(engine.wasInterrupted).isFalse();
    }

    /** Looks to who asks for stacks like the engine's. */
    private static final class FakeSegmentedRaftLogWorker {
        final CountDownLatch work = new CountDownLatch(1);
        private final long beginNanos = System.nanoTime();
        volatile boolean wasInterrupted;
        final Thread thread = Thread.ofPlatform()
                .name(MEMBER + "-SegmentedRaftLogWorker")
                .daemon()
                .start(this::run);

        private void run() {
            try {
                assertThat(work.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException woken) {
                wasInterrupted = true;
            }
        }

        void close() {
            shutdownAndWait();
        }

        private void shutdownAndWait() {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        boolean inTime() {
            return System.nanoTime() - beginNanos < TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        }
    }
}
