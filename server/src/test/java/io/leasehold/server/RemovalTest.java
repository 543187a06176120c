package io.leasehold.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.server.replica.MemberStatus;
import io.leasehold.statemachine.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RemovalTest {
    private static final long SELF = 3;

    private final List<List<Member>> asked = new ArrayList<>();
    private MemberStatus status = status(10, 1, 1, 2, SELF);
    private boolean saidByOthers = true;
    private boolean ended;

    private final Removal removal = new Removal(
            () -> status,
            members -> {
                asked.add(members);
                return saidByOthers;
            },
            () -> ended = true);

    @AfterEach
    void close() {
        removal.close();
    }

    @Test
    void who_gets_nothing_from_the_log_asks_the_others_and_ends_if_they_have_removed_it() {
        removal.look();
        assertThat(asked).isEmpty();

        removal.look();

        assertThat(asked).containsExactly(status.members());
        assertThat(ended).isTrue();
    }

    @Test
    void who_is_still_a_member_goes_on() {
        saidByOthers = false;

        removal.look();
        removal.look();
        removal.look();

        assertThat(asked).hasSize(2);
        assertThat(ended).isFalse();
    }

    @Test
    void nobody_is_asked_while_the_log_goes_on() {
        for (long index = 11; index < 15; index++) {
            status = status(index, 1, 1, 2, SELF);
            removal.look();
        }

        assertThat(asked).isEmpty();
    }

    @Test
    void who_leads_or_is_alone_asks_nobody() {
        status = status(10, SELF, 1, 2, SELF);
        removal.look();
        removal.look();
        status = status(10, 0, SELF);
        removal.look();

        assertThat(asked).isEmpty();
    }

    @Test
    void a_newcomer_without_a_state_asks_too() {
        status = status(0, 0);

        removal.look();

        assertThat(asked).containsExactly(List.of());
        assertThat(ended).isTrue();
    }

    private static MemberStatus status(long appliedIndex, long leaderId, long... memberIds) {
        List<Member> members = LongStream.of(memberIds)
                .mapToObj(id -> new Member(id, "m" + id, List.of("http://m" + id), List.of(), false))
                .toList();
        return new MemberStatus(1, SELF, 1, leaderId, false, appliedIndex, appliedIndex, 0, 0, 0, List.of(), members);
    }
}
