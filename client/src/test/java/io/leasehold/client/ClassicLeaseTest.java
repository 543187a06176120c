package io.leasehold.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LeaseRenewal;
import io.leasehold.client.lease.LossReason;
import io.leasehold.client.lease.Revocation;
import io.leasehold.client.lease.classic.ClassicKeepAlive;
import io.leasehold.client.lease.classic.Lease;
import io.leasehold.client.lease.classic.LeaseHandler;
import io.leasehold.client.lease.classic.NoSuchLeaseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each function of the first design does what that design says. */
final class ClassicLeaseTest {
    private static final long SECOND = 1_000_000_000L;

    private final VirtualTimeline time = new VirtualTimeline();
    private final FakeLeases server = new FakeLeases(time);
    private final VirtualCluster cluster = new VirtualCluster(time).server(server);
    private final LeaseholdClient client = cluster.client();
    private final Lease lease = new Lease(client);
    private final Log log = new Log();

    @AfterEach
    void close() {
        client.close();
        cluster.close();
    }

    private static final class Log implements LeaseHandler {
        private final List<LeaseRenewal> responds = new ArrayList<>();
        private final List<LossReason> expired = new ArrayList<>();
        private final List<LeaseholdException> errors = new ArrayList<>();

        @Override
        public void onKeepAliveRespond(LeaseRenewal respond) {
            responds.add(respond);
        }

        @Override
        public void onLeaseExpired(long leaseId, LossReason reason) {
            expired.add(reason);
        }

        @Override
        public void onError(long leaseId, LeaseholdException error) {
            errors.add(error);
        }
    }

    private ClassicKeepAlive keep(long id) {
        server.add(id, 9);
        ClassicKeepAlive kept = lease.keepAlive(id, log);
        time.settle();
        return kept;
    }

    @Test
    void grant_builds_a_lease_of_so_many_seconds() {
        LeaseGrant granted = cluster.now(lease.grant(9));

        assertThat(granted.ttl()).isEqualTo(Duration.ofSeconds(9));
        assertThat(server.isAlive(granted.id())).isTrue();
    }

    @Test
    void revoke_revokes_the_lease() {
        server.add(5, 9);

        assertThat(cluster.now(lease.revoke(5))).isEqualTo(Revocation.REVOKED);
        assertThat(server.isAlive(5)).isFalse();
    }

    @Test
    void start_keep_alive_service_opens_the_stream_once() {
        lease.startKeepAliveService();
        lease.startKeepAliveService();
        server.add(5, 9);
        var unused = lease.keepAlive(5, log);
        time.settle();

        assertThat(server.open).hasSize(1);
        assertThat(server.streams).isEqualTo(1);
    }

    @Test
    void close_keep_alive_service_closes_the_stream_and_ends_the_renewals() {
        keep(5);

        lease.closeKeepAliveService();
        time.advance(Duration.ofSeconds(60));

        assertThat(server.open).isEmpty();
        assertThat(server.askedFor(5)).isEqualTo(1);
        assertThat(log.expired).isEmpty();
    }

    @Test
    void set_lease_handler_replaces_the_handler_of_a_lease() {
        keep(5);
        Log other = new Log();

        lease.setLeaseHandler(5, other);
        time.advance(Duration.ofSeconds(4));

        assertThat(log.responds).hasSize(1);
        assertThat(other.responds).isNotEmpty();
    }

    @Test
    void set_lease_handler_of_an_unknown_lease_is_refused() {
        assertThatThrownBy(() -> lease.setLeaseHandler(6, log)).isInstanceOf(NoSuchLeaseException.class);
    }

    @Test
    void keep_alive_keeps_the_lease_alive_and_tells_its_handler() {
        keep(5);

        time.advance(Duration.ofSeconds(60));

        assertThat(server.isAlive(5)).isTrue();
        assertThat(log.responds).hasSizeGreaterThan(18);
    }

    @Test
    void a_keep_alive_has_its_next_time_and_its_dead_line() {
        ClassicKeepAlive kept = keep(5);

        assertThat(kept.nextKeepAliveTime() - time.nanos()).isEqualTo(3 * SECOND);
        assertThat(kept.deadLine() - time.nanos()).isEqualTo(9 * SECOND - 50_000_000L);
    }

    @Test
    void keep_alive_executor_sends_for_leases_whose_time_has_come() {
        ClassicKeepAlive kept = keep(5);
        lease.keepAliveExecutor();
        time.settle();
        assertThat(server.askedFor(5)).isEqualTo(1);

        time.pause(Duration.ofNanos(kept.nextKeepAliveTime() - time.nanos()));
        lease.keepAliveExecutor();
        time.settle();

        assertThat(server.askedFor(5)).isEqualTo(2);
    }

    @Test
    void dead_line_executor_removes_leases_whose_dead_line_has_passed() {
        ClassicKeepAlive kept = keep(5);
        lease.deadLineExecutor();
        assertThat(log.expired).isEmpty();

        time.pause(Duration.ofNanos(kept.deadLine() - time.nanos()));
        lease.deadLineExecutor();
        time.settle();

        assertThat(log.expired).containsExactly(LossReason.LOCAL_DEADLINE);
        assertThatThrownBy(() -> lease.setLeaseHandler(5, log)).isInstanceOf(NoSuchLeaseException.class);
    }

    @Test
    void process_keep_alive_respond_sets_the_times_anew() {
        ClassicKeepAlive kept = keep(5);

        lease.processKeepAliveRespond(
                new LeaseRenewal(5, Duration.ofSeconds(30), Duration.ZERO, time.nanos() + 29 * SECOND));

        assertThat(kept.nextKeepAliveTime() - time.nanos()).isEqualTo(10 * SECOND);
        assertThat(kept.deadLine() - time.nanos()).isEqualTo(29 * SECOND);
        assertThat(log.responds).hasSize(2);
    }

    @Test
    void process_keep_alive_respond_without_time_expires_the_lease() {
        keep(5);

        lease.keepAliveResponseStreamObserver().onNext(new LeaseRenewal(5, Duration.ZERO, Duration.ZERO, time.nanos()));
        lease.processKeepAliveRespond(new LeaseRenewal(5, Duration.ZERO, Duration.ZERO, time.nanos()));
        time.advance(Duration.ofSeconds(60));

        assertThat(log.expired).containsExactly(LossReason.SERVER_SAID_GONE);
        assertThat(server.askedFor(5)).isEqualTo(1);
    }

    @Test
    void a_lease_that_the_server_has_removed_expires_once() {
        keep(5);
        server.remove(5);

        time.advance(Duration.ofSeconds(60));

        assertThat(log.expired).containsExactly(LossReason.SERVER_SAID_GONE);
    }

    @Test
    void on_error_is_called_for_a_lost_stream_and_the_lease_goes_on() {
        keep(5);

        server.endStreams(Status.UNAVAILABLE);
        time.advance(Duration.ofSeconds(60));

        assertThat(log.errors).hasSize(1);
        assertThat(log.expired).isEmpty();
        assertThat(server.isAlive(5)).isTrue();
    }

    @Test
    void leases_are_added_and_removed_while_it_runs() {
        keep(5);
        server.add(6, 9);
        var unused = lease.keepAlive(6, new Log());

        lease.cancelKeepAlive(5);
        time.advance(Duration.ofSeconds(60));

        assertThat(server.isAlive(5)).isFalse();
        assertThat(server.isAlive(6)).isTrue();
    }
}
