package io.leasehold.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemberRulesTest {

    private final MemberTable table = new MemberTable(
            List.of(
                    new Member(1, "a", List.of("http://a:1"), List.of("http://a:2"), false),
                    new Member(2, "b", List.of("http://b:1"), List.of("http://b:2"), false)),
            Set.of());

    @Test
    void an_added_member_has_no_name_until_it_publishes_itself() {
        assertThat(table.change(add(7, "http://c:1", false))).isEmpty();

        assertThat(table.members()).extracting(Member::id).containsExactly(1L, 2L, 7L);
        assertThat(table.members().get(2).name()).isEmpty();
        table.publish(7, "c", List.of("http://c:2"));
        assertThat(table.members().get(2).name()).isEqualTo("c");
    }

    @Test
    void a_url_belongs_to_one_member() {
        assertThat(table.change(add(7, "http://b:1", false))).contains(ErrorCode.PEER_URL_EXISTS);
        assertThat(table.change(new MemberCommand.Update(1, List.of("http://b:1"))))
                .contains(ErrorCode.PEER_URL_EXISTS);
        assertThat(table.change(new MemberCommand.Update(1, List.of("http://a:1", "http://a:9"))))
                .isEmpty();
    }

    @Test
    void there_is_one_learner_at_a_time_and_an_update_leaves_it_one() {
        assertThat(table.change(add(7, "http://c:1", true))).isEmpty();
        assertThat(table.change(add(8, "http://d:1", true))).contains(ErrorCode.TOO_MANY_LEARNERS);

        assertThat(table.change(new MemberCommand.Update(7, List.of("http://c:9"))))
                .isEmpty();

        assertThat(table.members().get(2).learner()).isTrue();
        assertThat(table.change(new MemberCommand.Promote(7))).isEmpty();
        assertThat(table.members().get(2).learner()).isFalse();
        assertThat(table.change(new MemberCommand.Promote(7))).contains(ErrorCode.MEMBER_NOT_LEARNER);
    }

    @Test
    void a_removed_member_never_comes_back() {
        assertThat(table.change(new MemberCommand.Remove(2))).isEmpty();

        assertThat(table.removedIds()).containsExactly(2L);
        assertThat(table.change(new MemberCommand.Remove(2))).contains(ErrorCode.MEMBER_NOT_FOUND);
        assertThat(table.change(add(2, "http://x:1", false))).contains(ErrorCode.MEMBER_EXISTS);
    }

    @Test
    void the_last_voter_stays() {
        table.change(add(7, "http://c:1", true));
        table.change(new MemberCommand.Remove(2));

        assertThat(table.change(new MemberCommand.Remove(1))).contains(ErrorCode.NOT_ENOUGH_STARTED);
        assertThat(table.members()).extracting(Member::id).containsExactly(1L, 7L);
        assertThat(table.change(new MemberCommand.Remove(7))).isEmpty();
    }

    @Test
    void unknown_members_are_not_found() {
        assertThat(table.change(new MemberCommand.Promote(9))).contains(ErrorCode.MEMBER_NOT_FOUND);
        assertThat(table.change(new MemberCommand.Update(9, List.of("http://x:1"))))
                .contains(ErrorCode.MEMBER_NOT_FOUND);
    }

    @Test
    void the_last_one_of_a_lost_cluster_keeps_its_name_gets_a_vote_and_the_others_never_come_back() {
        table.change(add(7, "http://c:1", true));
        table.publish(7, "c", List.of("http://c:2"));

        assertThat(table.change(new MemberCommand.StandAlone(7, List.of("http://other:1"))))
                .isEmpty();

        assertThat(table.members())
                .containsExactly(new Member(7, "c", List.of("http://c:1"), List.of("http://c:2"), false));
        assertThat(table.removedIds()).containsExactlyInAnyOrder(1L, 2L);
    }

    @Test
    void a_removed_member_may_still_carry_on_alone() {
        table.change(new MemberCommand.Remove(2));

        table.change(new MemberCommand.StandAlone(2, List.of("http://b:9")));

        assertThat(table.members()).containsExactly(new Member(2, "", List.of("http://b:9"), List.of(), false));
        assertThat(table.removedIds()).containsExactly(1L);
    }

    @Test
    void commands_about_members_survive_their_encoding() {
        List<Proposal> proposals = List.of(
                Proposal.of(add(7, "http://c:1", true)),
                Proposal.of(new MemberCommand.Remove(-1)),
                Proposal.of(new MemberCommand.Update(3, List.of("http://x:1", "http://y:1"))),
                Proposal.of(new MemberCommand.Promote(4)),
                Proposal.of(new MemberCommand.StandAlone(5, List.of("http://x:1"))));

        assertThat(EntryCodec.decode(ByteBuffer.wrap(EntryCodec.encode(proposals))))
                .isEqualTo(proposals);
    }

    private static MemberCommand add(long id, String url, boolean learner) {
        return new MemberCommand.Add(id, List.of(url), learner, 1);
    }
}
