package io.leasehold.interop.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.examples.client.DeveloperGuide;
import io.leasehold.examples.client.LeasingExample;
import io.leasehold.examples.client.QuickStart;
import io.leasehold.interop.RunningServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The programs whose passages docs/client.md and docs/leasing.md show, and that of the developer's guide. */
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
}
