package io.leasehold.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.cli.terminal.Screen;
import io.leasehold.cli.terminal.Screen.Style;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import io.leasehold.protocol.etcdserverpb.StatusResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PictureTextTest {
    private static final LocalCluster CLUSTER = LocalCluster.founded(3, 2379, false, "t");

    private static StatusResponse status(long id, long leader, long term, long revision) {
        return StatusResponse.newBuilder()
                .setHeader(ResponseHeader.newBuilder().setMemberId(id).setRevision(revision))
                .setLeader(leader)
                .setRaftTerm(term)
                .setRaftIndex(revision + 10)
                .setDbSize(20_000)
                .build();
    }

    private static Picture.Member running(int number, StatusResponse status) {
        Condition condition = Condition.running(Optional.of(status), true);
        MemberSpec spec = CLUSTER.members().get(number - 1);
        return new Picture.Member(spec, condition, Optional.of(4_000L + number), Optional.of(status), "");
    }

    private static Picture.Member gone(int number, Condition condition, String reason) {
        MemberSpec spec = CLUSTER.members().get(number - 1);
        return new Picture.Member(spec, condition, Optional.empty(), Optional.empty(), reason);
    }

    private static Picture picture(Picture.Member... members) {
        return new Picture(Path.of("/d"), CLUSTER, List.of(members), List.of());
    }

    @Test
    void status_shows_who_leads_and_how_each_member_is() {
        Picture picture =
                picture(running(1, status(1, 2, 3, 7)), running(2, status(2, 2, 3, 12)), gone(3, Condition.KILLED, ""));

        assertThat(PictureText.status(picture, Screen.plain()))
                .containsExactly(
                        "Leasehold: 3 members, infra2 leads (term 3), revision 12",
                        "   NAME    STATE     CLIENT URL              PID  REVISION  INDEX  DB SIZE",
                        " ● infra1  follower  http://127.0.0.1:2379  4001         7     17    20 kB",
                        " ★ infra2  leader    http://127.0.0.1:2389  4002        12     22    20 kB",
                        " ✗ infra3  killed    http://127.0.0.1:2399");
    }

    @Test
    void colours_change_nothing_but_colours() {
        Picture picture = picture(running(1, status(1, 1, 3, 7)), gone(2, Condition.ENDED, "exit code 1"));

        List<String> coloured = PictureText.status(picture, new Style(true));

        assertThat(String.join("\n", coloured)).contains("\u001b[32m", "\u001b[31m");
        assertThat(coloured.stream()
                        .map(line -> line.replaceAll("\u001b\\[\\d+m", "").stripTrailing()))
                .containsExactlyElementsOf(PictureText.status(picture, Screen.plain()));
    }

    @Test
    void of_two_that_say_they_lead_the_later_term_counts() {
        Picture picture = picture(running(1, status(1, 1, 3, 7)), running(2, status(2, 2, 4, 7)));

        assertThat(picture.leader()).map(Picture.Member::name).contains("infra2");
    }

    @Test
    void a_screen_is_never_higher_than_the_terminal() {
        List<Picture.Event> events = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            events.add(new Picture.Event("12:00:00", "event " + i));
        }
        Picture picture = new Picture(Path.of("/d"), CLUSTER, List.of(running(1, status(1, 1, 3, 7))), events);

        for (int height = 2; height < 60; height++) {
            assertThat(PictureText.screen(picture, height, Screen.plain())).hasSizeLessThan(height);
        }
        assertThat(PictureText.screen(picture, 40, Screen.plain()))
                .last()
                .asString()
                .endsWith("event 99");
    }

    @Test
    void a_member_that_answers_no_more_is_told_from_one_that_has_not_answered_yet() {
        assertThat(Condition.running(Optional.empty(), false)).isEqualTo(Condition.STARTING);
        assertThat(Condition.running(Optional.of(status(1, 1, 1, 1)), false)).isEqualTo(Condition.SILENT);
        assertThat(Condition.running(Optional.of(status(1, 0, 1, 1)), true)).isEqualTo(Condition.WITHOUT_LEADER);
    }

    @Test
    void the_journal_tells_what_changed_from_one_picture_to_the_next() {
        Picture before = picture(gone(1, Condition.STARTING, ""), running(2, status(2, 2, 3, 7)));
        Picture after = picture(running(1, status(1, 1, 4, 7)), gone(2, Condition.ENDED, "exit code 1: no space"));

        assertThat(Journal.between(picture(), before))
                .containsExactly("infra1 starts", "infra2 serves at http://127.0.0.1:2389", "infra2 leads, term 3");
        assertThat(Journal.between(before, before)).isEmpty();
        assertThat(Journal.between(before, after))
                .containsExactly(
                        "infra1 serves at http://127.0.0.1:2379",
                        "infra2 ended by itself, exit code 1: no space",
                        "infra1 leads, term 4");
    }

    @Test
    void the_journal_forgets_the_oldest() {
        Journal journal = new Journal(() -> "12:00:00");
        for (int i = 0; i < 1_000; i++) {
            journal.note("event " + i);
        }

        assertThat(journal.events()).hasSize(200).last().isEqualTo(new Picture.Event("12:00:00", "event 999"));
        assertThat(journal.takeFresh()).hasSize(1_000);
        assertThat(journal.takeFresh()).isEmpty();
    }
}
