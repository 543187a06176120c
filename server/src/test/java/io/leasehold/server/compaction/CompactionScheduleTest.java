package io.leasehold.server.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Etcd's times, on a clock that the test moves. The store has one new revision per minute unless said otherwise. */
final class CompactionScheduleTest {
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** What is compacted when, {@code minute:revision}, if every compaction succeeds. */
    private static List<String> run(CompactionSchedule schedule, int minutes) {
        List<String> compactions = new ArrayList<>();
        for (long now = schedule.intervalNanos(); now <= minutes * MINUTE_NANOS; now += schedule.intervalNanos()) {
            long nowNanos = now;
            schedule.due(nowNanos, 1 + nowNanos / MINUTE_NANOS, true).ifPresent(revision -> {
                compactions.add(nowNanos / MINUTE_NANOS + ":" + revision);
                schedule.settled(nowNanos, revision, true);
            });
        }
        return compactions;
    }

    @Test
    void an_hour_waits_an_hour_and_then_compacts_each_hour() {
        assertThat(run(new CompactionSchedule.Periodic(60 * MINUTE_NANOS, 0, 1), 190))
                .containsExactly("60:1", "120:61", "180:121");
    }

    @Test
    void a_day_waits_a_day_and_then_compacts_each_hour() {
        assertThat(run(new CompactionSchedule.Periodic(24 * 60 * MINUTE_NANOS, 0, 1), 26 * 60))
                .containsExactly("1440:1", "1500:61", "1560:121");
    }

    @Test
    void minutes_compact_each_such_period() {
        assertThat(run(new CompactionSchedule.Periodic(10 * MINUTE_NANOS, 0, 1), 35))
                .containsExactly("10:1", "20:11", "30:21");
    }

    @Test
    void nothing_new_is_nothing_to_compact() {
        CompactionSchedule schedule = new CompactionSchedule.Periodic(10 * MINUTE_NANOS, 0, 7);
        int compactions = 0;
        for (long minute = 1; minute <= 100; minute++) {
            if (schedule.due(minute * MINUTE_NANOS, 7, true).isPresent()) {
                compactions++;
                schedule.settled(minute * MINUTE_NANOS, 7, true);
            }
        }

        assertThat(compactions).isEqualTo(1);
    }

    @Test
    void who_does_not_lead_remembers_but_does_not_act() {
        CompactionSchedule schedule = new CompactionSchedule.Periodic(10 * MINUTE_NANOS, 0, 1);
        for (long minute = 1; minute <= 30; minute++) {
            assertThat(schedule.due(minute * MINUTE_NANOS, minute, false)).isEmpty();
        }

        assertThat(schedule.due(31 * MINUTE_NANOS, 31, true)).isEqualTo(OptionalLong.of(21));
    }

    @Test
    void a_failure_is_tried_again_at_the_next_sample() {
        CompactionSchedule schedule = new CompactionSchedule.Periodic(10 * MINUTE_NANOS, 0, 1);
        for (long minute = 1; minute < 10; minute++) {
            assertThat(schedule.due(minute * MINUTE_NANOS, minute, true)).isEmpty();
        }
        assertThat(schedule.due(10 * MINUTE_NANOS, 10, true)).isEqualTo(OptionalLong.of(1));
        schedule.settled(10 * MINUTE_NANOS, 1, false);

        assertThat(schedule.due(11 * MINUTE_NANOS, 11, true)).isEqualTo(OptionalLong.of(1));
    }

    @Test
    void by_revision_all_but_the_newest_go_every_five_minutes() {
        CompactionSchedule schedule = new CompactionSchedule.Revisions(100);

        assertThat(schedule.intervalNanos()).isEqualTo(5 * MINUTE_NANOS);
        assertThat(schedule.due(1, 100, true)).isEmpty();
        assertThat(schedule.due(2, 150, false)).isEmpty();
        assertThat(schedule.due(3, 150, true)).isEqualTo(OptionalLong.of(50));
        schedule.settled(3, 50, true);
        assertThat(schedule.due(4, 150, true)).isEmpty();
        assertThat(schedule.due(5, 151, true)).isEqualTo(OptionalLong.of(51));
    }
}
