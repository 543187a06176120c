package io.leasehold.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.server.config.StartRefused;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start makes of flags that name another cluster than the directory holds. */
class RestartFlagsTest {
    private static final String OTHERS = "--initial-cluster=other=http://127.0.0.1:1,more=http://127.0.0.1:2";

    @TempDir
    Path directory;

    @Test
    void flags_that_found_a_cluster_are_not_looked_at_once_there_is_data() throws IOException {
        ClusterIdentity before;
        try (RunningMember member = new RunningMember(directory)) {
            before = member.server.identity();
        }

        try (RunningMember member = new RunningMember(directory, OTHERS, "--initial-cluster-token=another")) {
            assertThat(member.server.identity().memberId()).isEqualTo(before.memberId());
            assertThat(member.server.identity().clusterId()).isEqualTo(before.clusterId());
        }
    }

    @Test
    void on_a_fresh_directory_they_must_name_this_member() {
        assertThatThrownBy(() -> new RunningMember(directory, OTHERS).close())
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("couldn't find local name \"default\"");
    }

    @Test
    void a_new_cluster_is_forced_on_what_is_there_as_often_as_one_likes_and_on_nothing_it_is_founded()
            throws IOException {
        long memberId;
        try (RunningMember member = new RunningMember(directory, "--force-new-cluster")) {
            memberId = member.server.identity().memberId();
        }

        for (int again = 0; again < 2; again++) {
            try (RunningMember member = new RunningMember(directory, "--force-new-cluster")) {
                assertThat(member.server.identity().memberId()).isEqualTo(memberId);
                assertThat(member.server.replica().status().members()).hasSize(1);
                assertThat(member.server.replica().status().leader()).isTrue();
            }
        }
    }
}
