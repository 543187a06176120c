package io.leasehold.server.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random command lines, variables and files, from a seed that is printed: each is understood, or refused in words. */
class ConfigFuzzTest {
    private static final long SEED = Long.getLong("fuzz.seed", 20_261_121);
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 6);
    private static final List<String> VALUES = List.of(
            "",
            "0",
            "-1",
            "x",
            "1h",
            "http://127.0.0.1:1",
            "a=b",
            "\0",
            "true",
            "[",
            "9e99",
            "{}",
            "- a",
            "default",
            "../..");

    @TempDir
    Path directory;

    @Test
    void whatever_is_said_is_understood_or_refused_in_words() throws IOException {
        System.out.println("fuzzed flags: -Dfuzz.seed=" + SEED);
        Random random = new Random(SEED);
        List<Flag> flags = FlagTable.all();
        Path file = directory.resolve("config.yaml");

        for (int round = 0; round < 100 * ROUNDS; round++) {
            List<String> arguments = new ArrayList<>();
            StringBuilder yaml = new StringBuilder();
            for (int left = random.nextInt(5); left > 0; left--) {
                String name = flags.get(random.nextInt(flags.size())).name();
                String value = VALUES.get(random.nextInt(VALUES.size()));
                if (!name.equals("config-file")) {
                    arguments.add("--" + name + (random.nextInt(3) == 0 ? "" : "=" + value));
                    yaml.append(name).append(": ").append(value).append('\n');
                }
            }
            byte[] bytes = damaged(yaml.toString().getBytes(UTF_8), random);
            Files.write(file, bytes);

            assertUnderstoodOrRefused(arguments.toString(), ConfigParser.parse(arguments, Map.of()));
            assertUnderstoodOrRefused(
                    new String(bytes, ISO_8859_1), ConfigParser.parse(List.of("--config-file=" + file), Map.of()));
            assertUnderstoodOrRefused(
                    "a variable", ConfigParser.parse(List.of(), Map.of("ETCD_" + round % 9, "x", "ETCD_NAME", "\0")));
        }
    }

    private static void assertUnderstoodOrRefused(String said, ConfigResult result) {
        if (result instanceof ConfigResult.Rejected rejected) {
            assertThat(rejected.problems()).as(said).isNotEmpty().noneMatch(String::isBlank);
            assertThat(rejected.exitCode()).as(said).isIn(1, 2);
        }
    }

    /** As it is, or with some bytes changed or left out. */
    private static byte[] damaged(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        for (int left = random.nextInt(4); left > 0 && bytes.length > 0; left--) {
            int at = random.nextInt(bytes.length);
            if (random.nextBoolean()) {
                bytes[at] = (byte) random.nextInt(256);
            } else {
                bytes = Arrays.copyOf(bytes, at);
            }
        }
        return bytes;
    }
}
