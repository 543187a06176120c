package io.leasehold.interop.etcdctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.interop.Await;
import io.leasehold.interop.RunningServer;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("etcdctl")
final class LeaseIT {
    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private final Etcdctl etcdctl = new Etcdctl(SERVER);

    @Test
    void grant_names_the_lease_and_its_ttl() {
        assertThat(etcdctl.ok("lease", "grant", "60")).matches("lease [0-9a-f]{16} granted with TTL\\(60s\\)\n");
    }

    @Test
    void a_ttl_below_the_minimum_is_raised() {
        assertThat(etcdctl.ok("lease", "grant", "0")).endsWith(" granted with TTL(2s)\n");
        assertThat(etcdctl.ok("lease", "grant", "1")).endsWith(" granted with TTL(2s)\n");
    }

    @Test
    void a_ttl_above_the_maximum_is_refused() {
        assertThat(etcdctl.ok("lease", "grant", "9000000000")).endsWith(" granted with TTL(9000000000s)\n");
        assertThat(etcdctl.refused(1, "lease", "grant", "9000000001"))
                .isEqualTo("Error: failed to grant lease (etcdserver: too large lease TTL)");
    }

    @Test
    void grant_in_json_and_fields() {
        assertThat(etcdctl.ok("lease", "grant", "60", "-w", "json"))
                .matches("\\{\"cluster_id\":\\d+,\"member_id\":\\d+,\"revision\":\\d+,\"raft_term\":\\d+,"
                        + "\"ID\":\\d+,\"TTL\":60,\"Error\":\"\"\\}\n");
        assertThat(etcdctl.ok("lease", "grant", "60", "-w", "fields"))
                .matches(Etcdctl.FIELDS_HEADER + "\"ID\" : \\d+\n\"TTL\" : 60\n");
    }

    @Test
    void a_grant_takes_no_revision() {
        long before = etcdctl.revision();

        String lease = etcdctl.grant(60);
        etcdctl.ok("lease", "revoke", lease);

        assertThat(etcdctl.revision()).isEqualTo(before);
    }

    @Test
    void timetolive_shows_what_is_left_and_the_keys() {
        String lease = etcdctl.grant(1000);
        etcdctl.ok("put", "ttl/a", "v", "--lease=" + lease);

        assertThat(etcdctl.ok("lease", "timetolive", lease))
                .matches("lease " + lease + " granted with TTL\\(1000s\\), remaining\\(9\\d\\ds\\)\n");
        assertThat(etcdctl.ok("lease", "timetolive", lease, "--keys"))
                .matches("lease " + lease
                        + " granted with TTL\\(1000s\\), remaining\\(9\\d\\ds\\), attached keys\\(\\[ttl/a\\]\\)\n");
        assertThat(etcdctl.ok("lease", "timetolive", lease, "--keys", "-w", "json"))
                .matches("\\{\"cluster_id\":\\d+,\"member_id\":\\d+,\"revision\":\\d+,\"raft_term\":\\d+,\"id\":\\d+,"
                        + "\"ttl\":9\\d\\d,\"granted-ttl\":1000,\"keys\":\\[\"dHRsL2E=\"\\]\\}\n");
    }

    @Test
    void an_unknown_lease_has_expired() {
        assertThat(etcdctl.ok("lease", "timetolive", "1234")).isEqualTo("lease 0000000000001234 already expired\n");
        assertThat(etcdctl.refused(1, "lease", "revoke", "1234"))
                .isEqualTo("Error: failed to revoke lease (etcdserver: requested lease not found)");
        assertThat(etcdctl.refused(2, "lease", "keep-alive", "--once", "1234"))
                .isEqualTo("Error: etcdserver: requested lease not found");
        assertThat(etcdctl.refused(1, "put", "k", "v", "--lease=1234"))
                .isEqualTo("Error: etcdserver: requested lease not found");
    }

    @Test
    void list_has_every_lease_until_it_is_revoked() {
        String first = etcdctl.grant(50);
        String second = etcdctl.grant(40);

        // One list: of two the second may have lost a lease of another test.
        String list = etcdctl.ok("lease", "list");
        assertThat(list).matches("(?s)found \\d+ leases\n.*").contains(first + "\n", second + "\n");
        assertThat(list.indexOf(second)).as("soonest expiry comes first").isLessThan(list.indexOf(first));
        etcdctl.ok("lease", "revoke", first);
        assertThat(etcdctl.ok("lease", "list")).doesNotContain(first);
    }

    @Test
    void revoke_deletes_the_attached_keys_in_one_revision() {
        String lease = etcdctl.grant(60);
        etcdctl.ok("put", "rev/a", "v", "--lease=" + lease);
        etcdctl.ok("put", "rev/b", "v", "--lease=" + lease);
        etcdctl.ok("put", "rev/stays", "v");
        long before = etcdctl.revision();

        assertThat(etcdctl.ok("lease", "revoke", lease)).isEqualTo("lease " + lease + " revoked\n");

        assertThat(etcdctl.ok("get", "rev/", "--prefix", "--keys-only")).isEqualTo("rev/stays\n\n");
        assertThat(etcdctl.revision()).isEqualTo(before + 1);
    }

    @Test
    void a_key_follows_its_last_put() {
        String first = etcdctl.grant(60);
        String second = etcdctl.grant(60);
        etcdctl.ok("put", "moved", "v", "--lease=" + first);
        etcdctl.ok("put", "moved", "v", "--lease=" + second);
        etcdctl.ok("put", "detached", "v", "--lease=" + first);
        etcdctl.ok("put", "detached", "v");
        etcdctl.ok("put", "kept", "v", "--lease=" + first);
        etcdctl.ok("put", "kept", "w", "--ignore-lease");

        etcdctl.ok("lease", "revoke", first);

        assertThat(etcdctl.ok("get", "moved")).isEqualTo("moved\nv\n");
        assertThat(etcdctl.ok("get", "detached")).isEqualTo("detached\nv\n");
        assertThat(etcdctl.ok("get", "kept")).isEmpty();
    }

    @Test
    void keep_alive_renews_once() {
        String lease = etcdctl.grant(100);

        assertThat(etcdctl.ok("lease", "keep-alive", "--once", lease))
                .isEqualTo("lease " + lease + " keepalived with TTL(100)\n");
        assertThat(etcdctl.ok("lease", "keep-alive", "--once", lease, "-w", "json"))
                .matches("\\{\"cluster_id\":\\d+,\"member_id\":\\d+,\"revision\":\\d+,\"raft_term\":\\d+,"
                        + "\"ID\":\\d+,\"TTL\":100\\}\n");
    }

    @Test
    void keep_alive_goes_on_until_the_lease_is_revoked() {
        String lease = etcdctl.grant(10);
        try (EtcdctlSession renewals = etcdctl.open("lease", "keep-alive", lease)) {
            String line = "lease " + lease + " keepalived with TTL(10)\n";
            renewals.awaitOutput(line + line + line + line);
            assertThat(etcdctl.ok("lease", "timetolive", lease)).contains(" granted with TTL(10s)");

            etcdctl.ok("lease", "revoke", lease);

            renewals.awaitOutput("lease " + lease + " expired or revoked.\n");
            assertThat(renewals.awaitExit()).isZero();
        }
    }

    @Test
    void a_lease_that_nobody_renews_takes_its_keys_with_it() {
        // Long enough for three commands on a machine that has much else to do.
        String lease = etcdctl.grant(20);
        etcdctl.ok("put", "short", "v", "--lease=" + lease);
        assertThat(etcdctl.ok("get", "short")).isEqualTo("short\nv\n");

        Await.until("the end of the lease", Duration.ofSeconds(90), () -> etcdctl.ok("get", "short")
                .isEmpty());

        assertThat(etcdctl.ok("lease", "timetolive", lease)).isEqualTo("lease " + lease + " already expired\n");
        assertThat(etcdctl.ok("lease", "list")).doesNotContain(lease);
    }

    @Test
    void a_key_shows_its_lease() {
        String lease = etcdctl.grant(60);
        etcdctl.ok("put", "shown", "v", "--lease=" + lease);

        assertThat(etcdctl.ok("get", "shown", "-w", "fields"))
                .contains("\"Lease\" : " + Long.parseUnsignedLong(lease, 16) + "\n");
    }
}
