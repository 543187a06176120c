package io.leasehold.interop.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.examples.client.NamingTour;
import io.leasehold.examples.client.RecipeTour;
import io.leasehold.interop.RunningServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The programs whose passages docs/recipes.md and docs/naming.md show. */
final class RecipeToursIT {
    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private static String printed(BiConsumer<String, PrintStream> program) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        program.accept(SERVER.endpoint(), new PrintStream(printed, true, StandardCharsets.UTF_8));
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void the_recipes_run() {
        assertThat(printed(RecipeTour::run))
                .contains("token ", "written: true", "holding locks/report/", "leader is 10.0.0.7:80")
                .contains("working", "left: 90", "job: resize", "first: now");
    }

    @Test
    void the_naming_runs() {
        assertThat(printed(NamingTour::run)).contains("1.2.3.4", "{}", "kept: ", "my-service/10.0.0.7:8080");
    }
}
