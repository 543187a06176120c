package io.leasehold.client;

import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.session.Session;
import io.leasehold.client.session.SessionOptions;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchListener;
import io.leasehold.client.watch.WatchOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client says of itself: endpoints, streams, sessions, watches, leases. */
final class DescriptionTest extends KeptLeases {
    private static final WatchListener IGNORING = new WatchListener() {
        @Override
        public void onEvents(WatchBatch batch) {}
    };

    private List<String> description() {
        return client.describe().lines().toList();
    }

    private LeaseGrant kept(long ttlSeconds) {
        LeaseGrant grant = cluster.now(client.leases().grant(Duration.ofSeconds(ttlSeconds)));
        client.leases().keepAlive(grant, LeaseListener.NONE);
        time.settle();
        return grant;
    }

    @Test
    void a_client_that_has_done_nothing_has_nothing() {
        assertThat(description())
                .contains("  0  <- in use", "streams: 0", "sessions: 0", "watches: 0")
                .anyMatch(line -> line.startsWith("leases: ") && line.contains("kept=0"));
    }

    @Test
    void each_stream_says_what_it_is_where_it_goes_and_what_it_has_carried() {
        client.watches().watch(KeyRange.single(utf8("k")), WatchOptions.DEFAULT, IGNORING);
        kept(10);
        time.advance(Duration.ofMillis(6_500));

        assertThat(description())
                .contains("streams: 2")
                .contains("  etcdserverpb.Watch/Watch at 0, open for 6.5 s, messages sent 1, received 1")
                .anyMatch(line -> line.startsWith("  etcdserverpb.Lease/LeaseKeepAlive at 0, open for ")
                        && line.contains("messages sent 2, received 2"));
    }

    @Test
    void a_stream_that_has_ended_is_not_listed() {
        watches.answerCreations = true;
        client.watches()
                .watch(KeyRange.single(utf8("k")), WatchOptions.DEFAULT, IGNORING)
                .close();
        time.settle();

        assertThat(description()).contains("streams: 0", "watches: 0");
    }

    @Test
    void each_watch_says_what_it_follows_and_how_it_stands() {
        client.watches().watch(KeyRange.prefix(utf8("jobs/")), WatchOptions.DEFAULT.from(7), IGNORING);
        client.watches().watch(KeyRange.from(utf8("m")), WatchOptions.DEFAULT, IGNORING);
        time.settle();
        assertThat(description())
                .containsSubsequence(
                        "watches: 2",
                        "  \"jobs/\" to \"jobs0\", follows, next revision 7, batches waiting 0",
                        "  from \"m\" on, follows, next revision 11, batches waiting 0");

        watches.answerCreations = false;
        watches.end(Status.UNAVAILABLE);
        time.settle();
        assertThat(description()).contains("  \"jobs/\" to \"jobs0\", interrupted, next revision 7, batches waiting 0");
    }

    @Test
    void leases_that_end_soon_come_first_and_those_that_are_not_well_before_them() {
        LeaseGrant late = kept(60);
        LeaseGrant soon = kept(10);
        assertThat(description())
                .containsSubsequence(
                        "  lease " + Long.toHexString(soon.id()) + " ACTIVE, ttl 10 s, valid for 9.95 s",
                        "  lease " + Long.toHexString(late.id()) + " ACTIVE, ttl 60 s, valid for 59.7 s");

        leases.add(5, 600);
        leases.silent = true;
        client.leases().keepAlive(5, LeaseListener.NONE);
        time.settle();

        assertThat(description())
                .containsSubsequence(
                        "  lease 5 PENDING, ttl not known yet, valid for 0 s",
                        "  lease " + Long.toHexString(soon.id()) + " ACTIVE, ttl 10 s, valid for 9.95 s");
    }

    @Test
    void of_many_leases_two_hundred_are_listed_and_the_rest_counted() {
        for (int i = 0; i < 203; i++) {
            kept(60);
        }

        List<String> lines = description();

        assertThat(lines).filteredOn(line -> line.startsWith("  lease ")).hasSize(200);
        assertThat(lines).contains("  … 3 more");
    }

    @Test
    void each_session_says_its_lease_and_its_time() {
        Session session = cluster.now(client.sessions()
                .open(SessionOptions.DEFAULT.ttl(Duration.ofSeconds(10)).regranting()));

        assertThat(description())
                .containsSubsequence(
                        "sessions: 1",
                        "  lease " + Long.toHexString(session.leaseId())
                                + ", valid for 9.95 s, takes new leases, keys attached 0");
    }
}
