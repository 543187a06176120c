package io.leasehold.faults.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.faults.history.Linearizability.Verdict;
import io.leasehold.faults.history.RegisterCall.Action;
import io.leasehold.faults.history.RegisterCall.Answer;
import io.leasehold.faults.history.RegisterCall.BlindPut;
import io.leasehold.faults.history.RegisterCall.Delete;
import io.leasehold.faults.history.RegisterCall.Get;
import io.leasehold.faults.history.RegisterCall.Put;
import io.leasehold.faults.history.RegisterCall.Swap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LinearizabilityTest {
    private static final Get GET = new Get();

    @Test
    void a_read_after_a_write_sees_it() {
        assertThat(check(call(0, 1, new Put("a"), null), call(2, 3, GET, "a"))).isEqualTo(Verdict.LINEARIZABLE);
    }

    @Test
    void a_stale_read_is_found() {
        assertThat(check(call(0, 1, new Put("a"), null), call(2, 3, new Put("b"), "a"), call(4, 5, GET, "a")))
                .isEqualTo(Verdict.VIOLATED);
    }

    @Test
    void a_read_beside_a_write_may_see_either() {
        RegisterCall first = call(0, 1, new Put("a"), null);
        RegisterCall beside = call(2, 9, new Put("b"), "a");

        assertThat(check(first, beside, call(3, 4, GET, "a"), call(5, 6, GET, "b")))
                .isEqualTo(Verdict.LINEARIZABLE);
    }

    @Test
    void a_value_that_is_seen_and_then_unseen_is_found() {
        RegisterCall first = call(0, 1, new Put("a"), null);
        RegisterCall beside = call(2, 9, new Put("b"), "a");

        assertThat(check(first, beside, call(3, 4, GET, "b"), call(5, 6, GET, "a")))
                .isEqualTo(Verdict.VIOLATED);
    }

    @Test
    void a_lost_write_is_found() {
        assertThat(check(call(0, 1, new Put("a"), null), call(2, 3, GET, null))).isEqualTo(Verdict.VIOLATED);
    }

    @Test
    void a_write_with_unknown_outcome_may_take_effect_late_or_never() {
        RegisterCall unknown = open(0, new Put("a"));

        assertThat(check(unknown, call(5, 6, GET, null))).isEqualTo(Verdict.LINEARIZABLE);
        assertThat(check(unknown, call(5, 6, GET, null), call(7, 8, GET, "a"))).isEqualTo(Verdict.LINEARIZABLE);
    }

    @Test
    void a_write_with_unknown_outcome_takes_effect_once_and_not_before_it_began() {
        RegisterCall unknown = open(5, new Put("a"));

        assertThat(check(unknown, call(0, 1, GET, "a"))).isEqualTo(Verdict.VIOLATED);
        assertThat(check(unknown, call(6, 7, GET, "a"), call(8, 9, new Put("b"), "a"), call(10, 11, GET, "a")))
                .isEqualTo(Verdict.VIOLATED);
    }

    @Test
    void of_two_swaps_from_one_value_one_is_done() {
        RegisterCall put = call(0, 1, new Put("a"), null);
        RegisterCall one = new RegisterCall("one", 2, 5, new Swap("a", "b"), new Answer(true, null));

        assertThat(check(put, one, new RegisterCall("two", 3, 4, new Swap("a", "c"), new Answer(true, null))))
                .isEqualTo(Verdict.VIOLATED);
        assertThat(check(put, one, new RegisterCall("two", 3, 6, new Swap("a", "c"), new Answer(false, "b"))))
                .isEqualTo(Verdict.LINEARIZABLE);
    }

    @Test
    void a_swap_that_is_refused_though_its_value_is_there_is_found() {
        assertThat(check(
                        call(0, 1, new Put("a"), null),
                        new RegisterCall("c", 2, 3, new Swap("a", "b"), new Answer(false, "a"))))
                .isEqualTo(Verdict.VIOLATED);
    }

    @Test
    void a_delete_tells_what_it_deleted() {
        RegisterCall put = call(0, 1, new Put("a"), null);

        assertThat(check(put, call(2, 3, new Delete(), "a"), call(4, 5, GET, null)))
                .isEqualTo(Verdict.LINEARIZABLE);
        assertThat(check(put, call(2, 3, new Delete(), null))).isEqualTo(Verdict.VIOLATED);
        assertThat(check(put, open(2, new Delete()), call(4, 5, GET, "a"), call(6, 7, GET, null)))
                .isEqualTo(Verdict.LINEARIZABLE);
    }

    @Test
    void a_bounded_search_says_that_it_does_not_know() {
        List<RegisterCall> calls = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            calls.add(call(0, 100, new BlindPut("v" + i), null));
        }
        calls.add(call(101, 102, GET, "none of them"));

        assertThat(Linearizability.check(calls, 1_000)).isEqualTo(Verdict.UNDECIDED);
    }

    @Test
    void histories_of_a_real_register_pass_and_a_changed_answer_does_not() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            List<RegisterCall> calls = history(random);

            assertThat(Linearizability.check(calls)).as("seed %d", seed).isEqualTo(Verdict.LINEARIZABLE);

            int at = random.nextInt(calls.size());
            RegisterCall changed = calls.get(at);
            if (changed.action() instanceof Get && !changed.isOpen()) {
                calls.set(at, call(changed.invokedNanos(), changed.returnedNanos(), GET, "never written"));
                assertThat(Linearizability.check(calls)).as("seed %d", seed).isEqualTo(Verdict.VIOLATED);
            }
        }
    }

    /** Calls of five clients that take effect at a moment between their beginning and their end, some without an answer. */
    private static List<RegisterCall> history(Random random) {
        record Effect(long atNanos, long invokedNanos, long returnedNanos, boolean answered, Action action) {}
        List<Effect> effects = new ArrayList<>();
        for (int client = 0; client < 5; client++) {
            long now = random.nextInt(50);
            for (int i = 0; i < 30; i++) {
                long at = now + random.nextInt(100);
                long returned = at + random.nextInt(100);
                String value = client + "-" + i;
                Action action =
                        switch (random.nextInt(4)) {
                            case 0 -> new Put(value);
                            case 1 -> new Delete();
                            case 2 ->
                                new Swap(
                                        random.nextBoolean() ? null : random.nextInt(5) + "-" + random.nextInt(30),
                                        value);
                            default -> GET;
                        };
                boolean answered = random.nextInt(8) != 0;
                effects.add(new Effect(answered ? at : at + random.nextInt(1_000), now, returned, answered, action));
                now = returned + 1 + random.nextInt(30);
            }
        }
        effects.sort(Comparator.comparingLong(Effect::atNanos));
        List<RegisterCall> calls = new ArrayList<>();
        String state = null;
        for (Effect effect : effects) {
            RegisterCall open = open(effect.invokedNanos(), effect.action());
            String after = open.after(state);
            boolean done = !(effect.action() instanceof Swap) || (after != null && !after.equals(state));
            calls.add(
                    effect.answered()
                            ? new RegisterCall(
                                    "c",
                                    effect.invokedNanos(),
                                    effect.returnedNanos(),
                                    effect.action(),
                                    new Answer(done, state))
                            : open);
            state = after;
        }
        return calls;
    }

    private static Verdict check(RegisterCall... calls) {
        return Linearizability.check(List.of(calls));
    }

    private static RegisterCall call(long invoked, long returned, Action action, @Nullable String seen) {
        return new RegisterCall("c", invoked, returned, action, new Answer(true, seen));
    }

    private static RegisterCall open(long invoked, Action action) {
        return new RegisterCall("c", invoked, RegisterCall.UNKNOWN, action, null);
    }
}
