package io.leasehold.interop.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.examples.client.NamingTour;
import io.leasehold.examples.client.RecipeTour;
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
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The passages of docs/recipes.md and docs/naming.md run, and are those of the programs that are run here. */
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

    @Test
    void the_guides_show_what_is_run() throws IOException {
        assertShown("docs/recipes.md", "RecipeTour.java", 8);
        assertShown("docs/naming.md", "NamingTour.java", 4);
    }

    private static void assertShown(String guide, String program, int atLeast) throws IOException {
        Path root = Objects.requireNonNull(ServerTarget.launcher().getParent());
        String source = squeezed(Files.readString(root.resolve("examples/src/main/java/io/leasehold/examples/client")
                .resolve(program)));
        Matcher passages =
                Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(root.resolve(guide)));
        List<String> seen = new ArrayList<>();
        while (passages.find()) {
            seen.add(squeezed(passages.group(1)));
        }
        assertThat(seen).hasSizeGreaterThanOrEqualTo(atLeast).allSatisfy(passage -> assertThat(source)
                .contains(passage));
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s+", "");
    }
}
