package io.leasehold.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.raft.PeerNetwork.Contact;
import io.leasehold.statemachine.Member;
import io.leasehold.statemachine.MemberCommand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReconfigurationTest {

    private static final Contact LONG = new Contact(0, 60_000);
    private static final Contact SHORT = new Contact(0, 4_000);

    private final List<Member> members = new ArrayList<>();
    private final Map<Long, Contact> contacts = new HashMap<>();

    @Test
    void a_cluster_of_one_may_grow_at_once() {
        started(1);

        assertThat(refusal(add())).isEmpty();
    }

    @Test
    void a_second_member_is_not_added_while_the_first_added_one_has_not_started() {
        started(1);
        unstarted(2);

        assertThat(refusal(add())).contains(ErrorCode.NOT_ENOUGH_STARTED);
    }

    @Test
    void nothing_is_added_within_five_seconds_of_a_start() {
        started(1);
        started(2, SHORT);
        started(3, SHORT);

        assertThat(refusal(add())).contains(ErrorCode.UNHEALTHY);
        contacts.put(2L, LONG);
        contacts.put(3L, LONG);
        assertThat(refusal(add())).isEmpty();
    }

    @Test
    void a_newcomer_counts_as_down() {
        started(1);
        started(2, LONG);
        started(3, Contact.NONE);
        assertThat(refusal(add())).contains(ErrorCode.UNHEALTHY);
        assertThat(refusal(addLearner())).contains(ErrorCode.UNHEALTHY);

        started(4, LONG);
        assertThat(refusal(add())).isEmpty();
        assertThat(refusal(addLearner())).isEmpty();

        started(5, Contact.NONE);
        assertThat(refusal(addLearner())).contains(ErrorCode.UNHEALTHY);
        contacts.put(3L, LONG);
        assertThat(refusal(addLearner())).isEmpty();
    }

    @Test
    void the_only_member_stays() {
        started(1);

        assertThat(refusal(new MemberCommand.Remove(1))).contains(ErrorCode.NOT_ENOUGH_STARTED);
    }

    @Test
    void a_member_that_is_down_may_go_and_one_that_is_needed_may_not() {
        started(1);
        started(2, LONG);
        started(3, Contact.NONE);

        assertThat(refusal(new MemberCommand.Remove(3))).isEmpty();
        assertThat(refusal(new MemberCommand.Remove(2))).contains(ErrorCode.UNHEALTHY);
    }

    @Test
    void a_learner_may_always_go_and_an_unknown_member_is_for_the_log_to_judge() {
        started(1);
        members.add(new Member(9, "l", List.of("http://l:1"), List.of(), true));

        assertThat(refusal(new MemberCommand.Remove(9))).isEmpty();
        assertThat(refusal(new MemberCommand.Remove(77))).isEmpty();
        assertThat(refusal(new MemberCommand.Promote(9))).isEmpty();
    }

    private Optional<ErrorCode> refusal(MemberCommand change) {
        return new Reconfiguration(1, members, contacts).refusal(change);
    }

    private static MemberCommand add() {
        return new MemberCommand.Add(99, List.of("http://new:1"), false, 1);
    }

    private static MemberCommand addLearner() {
        return new MemberCommand.Add(99, List.of("http://new:1"), true, 1);
    }

    private void started(long id) {
        members.add(new Member(id, "m" + id, List.of("http://m" + id + ":1"), List.of(), false));
    }

    private void started(long id, Contact contact) {
        started(id);
        contacts.put(id, contact);
    }

    private void unstarted(long id) {
        members.add(new Member(id, "", List.of("http://m" + id + ":1"), List.of(), false));
    }
}
