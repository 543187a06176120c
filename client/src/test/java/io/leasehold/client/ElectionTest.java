package io.leasehold.client;

import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.recipes.Election;
import io.leasehold.client.recipes.HoldEnd;
import io.leasehold.client.recipes.Leader;
import io.leasehold.client.recipes.LeaderLatch;
import io.leasehold.client.recipes.LeaderListener;
import io.leasehold.client.recipes.LeaderObserver;
import io.leasehold.client.recipes.Leadership;
import io.leasehold.client.session.Session;
import io.leasehold.client.session.SessionOptions;
import io.leasehold.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who leads, who is told, and who never leads. */
final class ElectionTest {
    private final RecipeWorld world = new RecipeWorld();
    private final FakeStore store = world.store;
    private final Election election = world.client.recipes().election(utf8("el"));

    @AfterEach
    void close() {
        world.close();
    }

    /** Notes what it is told, a line for each call. */
    private static final class Told implements LeaderListener, LeaderLatch.Listener {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void onLeader(Leader leader) {
            lines.add(leader.value().toUtf8());
        }

        @Override
        public void onNobody() {
            lines.add("nobody");
        }

        @Override
        public void onElected(Leadership leadership) {
            lines.add("elected");
        }

        @Override
        public void onDeposed(HoldEnd why) {
            lines.add("deposed " + why);
        }

        @Override
        public void onEnded() {
            lines.add("ended");
        }
    }

    private CompletableFuture<Leadership> campaign(Session session, String value) {
        CompletableFuture<Leadership> campaign = election.campaign(session, utf8(value));
        world.settle();
        return campaign;
    }

    @Test
    void a_leader_proclaims_resigns_and_is_followed_by_the_next_candidate() {
        Session one = world.session();
        Leadership leads = world.now(campaign(one, "one"));
        CompletableFuture<Leadership> second = campaign(world.session(), "two");
        assertThat(store.value("el/" + RecipeWorld.hex(one))).isEqualTo("one");
        assertThat(second).isNotDone();

        world.now(leads.proclaim(utf8("still one")));
        assertThat(world.now(election.leader()).orElseThrow().value()).isEqualTo(utf8("still one"));
        world.now(leads.resign());

        assertThat(world.now(second).token()).isGreaterThan(leads.token());
        assertThat(world.now(election.leader()).orElseThrow().key())
                .isEqualTo(world.now(second).leaderKey());
        assertThatThrownBy(() -> world.now(leads.proclaim(utf8("no more"))))
                .isInstanceOfSatisfying(
                        LeaseholdException.class, refused -> assertThat(refused.is(ErrorCode.ELECTION_NOT_LEADER))
                                .isTrue());
        assertThat(world.now(election.resign(leads.leaderKey()))).isFalse();
        assertThat(store.keys()).hasSize(1);
    }

    @Test
    void a_candidate_whose_session_died_never_leads() {
        Leadership leads = world.now(campaign(world.session(), "one"));
        Session dead = world.session();
        CompletableFuture<Leadership> never = campaign(dead, "dead");
        CompletableFuture<Leadership> next = campaign(world.session(), "two");

        store.expire(dead.leaseId());
        world.now(leads.resign());
        world.settle();

        assertThat(never).isCompletedExceptionally();
        assertThat(next).isCompleted();
    }

    @Test
    void a_candidate_that_dies_while_the_predecessor_leaves_in_an_outage_does_not_lead() {
        Session one = world.session();
        world.now(campaign(one, "one"));
        Session dead = world.session();
        CompletableFuture<Leadership> never = campaign(dead, "dead");

        store.events.cut();
        store.expire(one.leaseId());
        store.beforeNextTxn(() -> store.expire(dead.leaseId()));
        world.time.advance(Duration.ofSeconds(3));

        assertThat(never).isCompletedExceptionally();
    }

    @Test
    void who_stands_twice_in_one_session_changes_what_it_says_and_keeps_its_place() {
        Session session = world.session();
        Leadership leads = world.now(campaign(session, "first"));

        Leadership again = world.now(campaign(session, "second"));

        assertThat(again.token()).isEqualTo(leads.token());
        assertThat(store.value("el/" + RecipeWorld.hex(session))).isEqualTo("second");
        assertThat(store.keys()).hasSize(1);
    }

    @Test
    void an_observer_is_told_every_leader_every_proclamation_and_that_there_is_none() {
        Told told = new Told();
        LeaderObserver observer = election.observe(told);
        world.settle();
        Leadership one = world.now(campaign(world.session(), "one"));
        CompletableFuture<Leadership> two = campaign(world.session(), "two");
        world.now(one.proclaim(utf8("one again")));
        world.now(one.resign());
        world.now(world.now(two).resign());
        world.settle();

        assertThat(told.lines).containsExactly("nobody", "one", "one again", "two", "nobody");
        observer.close();
        world.now(campaign(world.session(), "three"));
        assertThat(told.lines).hasSize(5);
    }

    @Test
    void an_observer_ends_at_the_present_leader_after_an_outage_with_a_compaction() {
        Told told = new Told();
        election.observe(told);
        world.settle();
        store.put("other", "1");
        store.events.cut();
        store.put("el/a", "a");
        store.put("el/b", "b");
        store.delete("el/a");
        store.put("other", "2");
        store.compact();
        world.time.advance(Duration.ofSeconds(2));

        assertThat(told.lines).containsExactly("nobody", "b");
        store.delete("el/b");
        world.settle();
        assertThat(told.lines).containsExactly("nobody", "b", "nobody");
    }

    @Test
    void a_latch_stands_again_with_every_lease_of_its_session_and_tells_each_change_once() {
        Told told = new Told();
        Session session =
                world.session(SessionOptions.DEFAULT.ttl(Duration.ofSeconds(10)).regranting());
        LeaderLatch latch = world.client.recipes().leaderLatch(session, utf8("el"), utf8("me"), told);
        world.settle();
        assertThat(latch.isLeader()).isTrue();

        store.expire(session.leaseId());
        world.time.advance(Duration.ofSeconds(15));
        assertThat(latch.isLeader()).isTrue();
        world.now(session.closeAsync());
        world.settle();

        assertThat(latch.isLeader()).isFalse();
        assertThat(told.lines)
                .containsExactly("elected", "deposed KEY_DELETED", "elected", "deposed SESSION_LOST", "ended");
        assertThat(latch.elected()).isCompletedExceptionally();
    }

    @Test
    void a_latch_that_is_closed_resigns() {
        Told told = new Told();
        LeaderLatch one = world.client.recipes().leaderLatch(world.session(), utf8("el"), utf8("one"), told);
        LeaderLatch two = world.client.recipes().leaderLatch(world.session(), utf8("el"), utf8("two"), new Told());
        world.settle();
        assertThat(two.isLeader()).isFalse();
        CompletableFuture<Leadership> next = two.elected();

        one.close();
        world.settle();

        assertThat(next).isCompleted();
        assertThat(told.lines).containsExactly("elected", "deposed RELEASED", "ended");
        two.close();
        assertThat(store.keys()).isEmpty();
    }
}
