package io.leasehold.client;

import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.watch.WatchEnd;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.client.watch.Watcher;
import io.leasehold.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Watches on a server that forgets tokens, and says so inside the stream. */
final class WatchTokenTest {
    private final VirtualTimeline time = new VirtualTimeline();
    private final FakeLeases leases = new FakeLeases(time);
    private final FakeWatches watches = new FakeWatches();
    private final VirtualCluster cluster = new VirtualCluster(time).server(leases, watches);
    private final AtomicInteger tokens = new AtomicInteger();
    private final List<Runnable> held = new ArrayList<>();
    private boolean holding;
    private boolean closedVault;
    private final LeaseholdClient client =
            cluster.client(LeaseholdClient.builder().token(this::nextToken), this::callBack);

    private String nextToken() {
        if (closedVault) {
            throw new IllegalStateException("the vault is closed");
        }
        return "token-" + tokens.incrementAndGet();
    }

    private void callBack(Runnable call) {
        if (holding) {
            held.add(call);
        } else {
            call.run();
        }
    }

    @AfterEach
    void close() {
        time.settle();
        client.close();
        cluster.close();
    }

    private Watcher watch() {
        Watcher watcher = client.watches().watch(KeyRange.single(utf8("k")), WatchOptions.DEFAULT, batch -> {});
        time.settle();
        return watcher;
    }

    private void refuse(String reason) {
        watches.send(watches.response(watches.newest().getWatchId())
                .setCreated(true)
                .setCanceled(true)
                .setCancelReason(reason)
                .build());
        time.settle();
    }

    @Test
    void a_watch_that_is_refused_while_somebody_else_fetches_the_new_token_begins_again_with_that() {
        Watcher watcher = watch();
        leases.add(5, 600);
        client.leases().keepAlive(5, LeaseListener.NONE);
        time.settle();
        assertThat(tokens).hasValue(1);

        // The stream of renewals is the first to learn it, and the new token is not there yet.
        holding = true;
        leases.endStreams(ErrorCode.INVALID_AUTH_TOKEN.toStatus());
        time.advance(Duration.ofMillis(200));
        int streams = watches.streams;
        refuse(ErrorCode.INVALID_AUTH_TOKEN.message());
        holding = false;
        List.copyOf(held).forEach(Runnable::run);
        time.advance(Duration.ofSeconds(3));

        assertThat(tokens).hasValue(2);
        assertThat(watches.streams).isEqualTo(streams + 1);
        assertThat(watcher.ended()).isNotDone();
        assertThat(client.describe()).contains("\"k\", follows");
    }

    @Test
    void a_watch_without_events_outlives_any_number_of_forgotten_tokens() {
        Watcher watcher = watch();

        for (int round = 1; round <= 3; round++) {
            refuse("rpc error: code = PermissionDenied desc = " + ErrorCode.PERMISSION_DENIED.message());
            time.advance(Duration.ofSeconds(3));
            assertThat(tokens).hasValue(round + 1);
        }

        assertThat(watcher.ended()).isNotDone();
    }

    @Test
    void a_watch_outlives_a_time_in_which_no_token_can_be_had() {
        Watcher watcher = watch();
        closedVault = true;
        refuse(ErrorCode.INVALID_AUTH_TOKEN.message());
        time.advance(Duration.ofSeconds(60));
        assertThat(watcher.ended()).isNotDone();

        closedVault = false;
        time.advance(Duration.ofSeconds(3));

        assertThat(watcher.ended()).isNotDone();
        assertThat(tokens).hasValue(2);
        assertThat(client.describe()).contains("\"k\", follows");
    }

    @Test
    void what_is_refused_with_a_new_token_too_is_not_allowed() {
        Watcher watcher = watch();
        watches.answerCreations = false;

        refuse(ErrorCode.PERMISSION_DENIED.message());
        time.advance(Duration.ofSeconds(3));
        refuse(ErrorCode.PERMISSION_DENIED.message());

        assertThat(watcher.ended()).isCompletedWithValueMatching(end -> end.reason() == WatchEnd.Reason.REFUSED);
        assertThat(tokens).hasValue(2);
    }
}
