package io.leasehold.cli.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Command lines by pflag's rules. */
class FlagsTest {
    private final Flags flags = new Flags();
    private final Flag<String> name =
            flags.text("name", "name", "none", "a name").orShort("n");
    private final Flag<Boolean> loud = flags.toggle("loud", "say it loud").orShort("l");
    private final Flag<Boolean> safe = flags.toggle("safe", true, "be careful");
    private final Flag<Long> limit = flags.number("limit", "n", 0, "how many");
    private final Flag<Duration> wait = flags.duration("wait", "2s", "how long");

    @Test
    void flags_stand_anywhere_between_arguments() {
        List<String> arguments = flags.parse(List.of("a", "--name=x", "b", "--loud", "c", "--limit", "7"));

        assertThat(arguments).containsExactly("a", "b", "c");
        assertThat(name.value()).isEqualTo("x");
        assertThat(loud.value()).isTrue();
        assertThat(limit.value()).isEqualTo(7);
        assertThat(wait.value()).isEqualTo(Duration.ofSeconds(2));
        assertThat(wait.isGiven()).isFalse();
    }

    @Test
    void letters_stand_alone_together_and_with_their_value() {
        assertThat(flags.parse(List.of("-ln", "x", "-nonly"))).isEmpty();

        assertThat(loud.value()).isTrue();
        assertThat(name.value()).isEqualTo("only");
    }

    @Test
    void a_switch_takes_no_word_but_an_equals_sign() {
        assertThat(flags.parse(List.of("--safe=false", "--loud", "false"))).containsExactly("false");

        assertThat(safe.value()).isFalse();
        assertThat(loud.value()).isTrue();
    }

    @Test
    void behind_two_dashes_everything_is_an_argument() {
        List<String> arguments = flags.parse(List.of("key", "--", "sh", "-c", "--loud"));

        assertThat(arguments).containsExactly("key", "sh", "-c", "--loud");
        assertThat(flags.separator()).isEqualTo(1);
        assertThat(loud.value()).isFalse();
    }

    @Test
    void of_two_values_the_last_one_wins_unless_they_belong_together() {
        Flag<String> endpoints =
                flags.text("endpoints", "list", "here", "where").orSeveral();

        flags.parse(List.of("--name=a", "--name=b", "--endpoints=a,b", "--endpoints", "c"));

        assertThat(name.value()).isEqualTo("b");
        assertThat(endpoints.value()).isEqualTo("a,b,c");
    }

    @Test
    void one_dash_alone_is_an_argument() {
        assertThat(flags.parse(List.of("-"))).containsExactly("-");
        assertThat(flags.separator()).isEqualTo(Flags.NO_SEPARATOR);
    }

    @Test
    void mistakes_are_told_in_pflags_words() {
        assertThatThrownBy(() -> flags.parse(List.of("--nmae=x")))
                .isInstanceOf(FlagException.class)
                .hasMessage("unknown flag: --nmae");
        assertThatThrownBy(() -> flags.parse(List.of("-lx"))).hasMessage("unknown shorthand flag: 'x' in -lx");
        assertThatThrownBy(() -> flags.parse(List.of("--name"))).hasMessage("flag needs an argument: --name");
        assertThatThrownBy(() -> flags.parse(List.of("--limit=many")))
                .hasMessageStartingWith("invalid argument \"many\" for \"--limit\" flag: ");
        assertThatThrownBy(() -> flags.parse(List.of("--loud=maybe")))
                .hasMessageStartingWith("invalid argument \"maybe\" for \"--loud\" flag: ");
    }

    @Test
    void durations_are_written_as_go_writes_them() {
        assertThat(Durations.parse("1m30s")).isEqualTo(Duration.ofSeconds(90));
        assertThat(Durations.parse("1.5h")).isEqualTo(Duration.ofMinutes(90));
        assertThat(Durations.parse("0")).isEqualTo(Duration.ZERO);
        for (String none : List.of("", "5", "5x", "s", "1.2.3s")) {
            assertThatThrownBy(() -> Durations.parse(none)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
