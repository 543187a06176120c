package io.leasehold.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GoTextTest {
    @Test
    void bytes_are_quoted_as_go_quotes_them() {
        byte[] bytes = {0x61, 9, 0x62, 10, 0x22, 0x5c, 1, (byte) 0xff, (byte) 0xc3, (byte) 0xa9, 0x7f};
        assertThat(GoText.quoted(bytes)).isEqualTo("\"a\\tb\\n\\\"\\\\\\x01\\xffé\\x7f\"");
    }

    @Test
    void hex_escapes_every_byte() {
        assertThat(GoText.hex(new byte[] {0x66, 0x6f})).isEqualTo("\\x66\\x6f");
    }

    @Test
    void sizes_are_in_powers_of_a_thousand_with_halves_rounded_to_even() {
        assertThat(GoText.size(7)).isEqualTo("7 B");
        assertThat(GoText.size(20_480)).isEqualTo("20 kB");
        assertThat(GoText.size(49_152)).isEqualTo("49 kB");
        assertThat(GoText.size(1_500_000)).isEqualTo("1.5 MB");
    }

    @Test
    void durations_are_written_as_go_writes_them() {
        assertThat(GoText.duration(TimeUnit.MICROSECONDS.toNanos(4_900))).isEqualTo("4.9ms");
        assertThat(GoText.duration(TimeUnit.SECONDS.toNanos(90))).isEqualTo("1m30s");
        assertThat(GoText.duration(800)).isEqualTo("800ns");
    }
}
