package io.leasehold.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.statemachine.EtcdIds;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ids that etcd itself prints for the same flags. */
class ClusterIdentityTest {
    @Test
    void default_flags_give_the_member_id_that_etcd_gives() {
        long id = EtcdIds.memberId(List.of("http://localhost:2380"), "etcd-cluster");

        assertThat(Long.toHexString(id)).isEqualTo("8e9e05c52164694d");
    }

    @Test
    void the_order_of_urls_does_not_matter() {
        long oneWay = EtcdIds.memberId(List.of("http://a:1", "http://b:2"), "t");
        long otherWay = EtcdIds.memberId(List.of("http://b:2", "http://a:1"), "t");

        assertThat(oneWay).isEqualTo(otherWay);
    }
}
