package io.leasehold.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeaderLinesTest {
    @Test
    void who_leads_is_told_in_the_words_of_etcd() {
        assertThat(LeaderLines.line("a", 0, 0xbL, 2)).contains("raft.node: a elected leader b at term 2");
        assertThat(LeaderLines.line("a", 0xbL, 0xaL, 3)).contains("raft.node: a changed leader from b to a at term 3");
        assertThat(LeaderLines.line("a", 0xaL, 0, 3)).contains("raft.node: a lost leader a at term 3");
    }

    @Test
    void the_same_leader_is_told_once() {
        assertThat(LeaderLines.line("a", 0xbL, 0xbL, 2)).isEmpty();
        assertThat(LeaderLines.line("a", 0, 0, 0)).isEmpty();
    }
}
