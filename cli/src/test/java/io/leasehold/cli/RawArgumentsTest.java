package io.leasehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RawArgumentsTest {
    private static byte[] commandLine(byte[]... words) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (byte[] word : words) {
            line.writeBytes(word);
            line.write(0);
        }
        return line.toByteArray();
    }

    @Test
    void text_is_text() {
        byte[] typed = "grüße 😀".getBytes(StandardCharsets.UTF_8);

        List<String> words = RawArguments.split(commandLine(typed, new byte[0]));

        assertThat(words).containsExactly("grüße 😀", "");
        assertThat(RawArguments.bytes(words.get(0))).isEqualTo(typed);
    }

    @Test
    void bytes_that_are_no_text_come_back_as_they_were() {
        byte[] typed = {'a', (byte) 0xff, (byte) 0xc3, (byte) 0xa9, (byte) 0xe2, (byte) 0x82, 'b', (byte) 0xc3};

        List<String> words = RawArguments.split(commandLine(typed));

        assertThat(RawArguments.bytes(words.get(0))).isEqualTo(typed);
    }
}
