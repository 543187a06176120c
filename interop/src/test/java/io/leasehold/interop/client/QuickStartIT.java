package io.leasehold.interop.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.examples.client.DeveloperGuide;
import io.leasehold.examples.client.LeasingExample;
import io.leasehold.examples.client.QuickStart;
import io.leasehold.interop.RunningServer;
import io.leasehold.interop.ServerTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The passages of docs/client.md run, and are those of the program that is run here. */
final class QuickStartIT {
    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    @Test
    void every_passage_runs() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        QuickStart.connect(SERVER.endpoint(), new PrintStream(printed, true, StandardCharsets.UTF_8));

        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("hello", "mine now", "the lease is mine", "lost: REVOKED", "true")
                .contains("published: true", "copied up to ");
    }

    @Test
    void the_leasing_documentations_program_runs_as_written() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        LeasingExample.connect(SERVER.endpoint(), new PrintStream(printed, true, StandardCharsets.UTF_8));

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("read 123", "owned: 1", "read 123, calls saved: 1", "read 456");
    }

    @Test
    void every_passage_of_the_developers_guide_about_a_client_runs() throws InterruptedException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        DeveloperGuide.connect(SERVER.endpoint(), new PrintStream(printed, true, StandardCharsets.UTF_8));

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "past version: bar bar1",
                        "watch: PUT watched",
                        "history: PUT 1, PUT 2",
                        "previous: before -> after",
                        "progress: true",
                        "compacted: true",
                        "lease workflow: renewed for 10 s, keys 1 then 0",
                        "revoked: true",
                        "kept alive: true",
                        "information: granted 500 s, keys [zoo1, zoo2], gone true",
                        "expired: SERVER_SAID_GONE");
    }

    @Test
    void the_guide_shows_what_is_run() throws IOException {
        Path root = Objects.requireNonNull(ServerTarget.launcher().getParent());
        String program =
                Files.readString(root.resolve("examples/src/main/java/io/leasehold/examples/client/QuickStart.java"));
        String guide = Files.readString(root.resolve("docs/client.md"));
        Matcher passages = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(guide);
        List<String> seen = new ArrayList<>();
        while (passages.find()) {
            seen.add(squeezed(passages.group(1)));
        }

        assertThat(seen).hasSizeGreaterThan(5).allSatisfy(passage -> assertThat(squeezed(program))
                .contains(passage));
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s+", "");
    }
}
