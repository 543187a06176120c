package io.leasehold.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of cases name tests that are there, and leave no case out. */
class CasesTest {
    private static final Path ROOT = root();
    private static final Map<String, Map<String, Integer>> CASES = Map.of(
            "cases.md", Map.of("api", 40, "kv", 52, "watch", 50, "services", 50, "cluster", 52),
            "client-cases.md", Map.of("lease", 23, "leasing", 29, "naming", 20, "recipes", 24, "jetcd", 22));
    private static final Pattern SECTION = Pattern.compile("## (\\w+): .*");
    private static final Pattern ROW = Pattern.compile("\\| (\\d+)(?:-(\\d+))? \\| (.*) \\|");
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))(?:\\.(\\w+))?`");

    private static Set<String> tables() {
        return CASES.keySet();
    }

    @ParameterizedTest
    @MethodSource("tables")
    void every_case_has_a_row(String table) throws IOException {
        Map<String, Integer> cases = CASES.getOrDefault(table, Map.of());
        Map<String, List<Integer>> rows = new HashMap<>();
        String section = "";
        for (String line : lines(table)) {
            Matcher title = SECTION.matcher(line);
            section = title.matches() ? title.group(1) : section;
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                int first = Integer.parseInt(row.group(1));
                int last = row.group(2) == null ? first : Integer.parseInt(row.group(2));
                List<Integer> numbers = rows.computeIfAbsent(section, name -> new ArrayList<>());
                IntStream.rangeClosed(first, last).forEach(numbers::add);
            }
        }

        assertThat(rows.keySet()).isEqualTo(cases.keySet());
        rows.forEach((name, numbers) -> assertThat(numbers)
                .as(name)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, cases.getOrDefault(name, 0))
                        .boxed()
                        .toList()));
    }

    @ParameterizedTest
    @MethodSource("tables")
    void every_test_that_is_named_is_there(String table) throws IOException {
        Map<String, String> sources = sources();
        for (String line : lines(table)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                assertThat(line).containsPattern("`\\w+(Test|IT)|none: ");
            }
            Matcher named = NAMED.matcher(line);
            while (named.find()) {
                String source = sources.getOrDefault(named.group(1), "");
                assertThat(source).as(named.group(1)).isNotEmpty();
                if (named.group(2) != null) {
                    assertThat(source).as(named.group()).containsPattern("\\b" + named.group(2) + "\\(");
                }
            }
        }
    }

    /** The checkout, wherever in it the test runs. */
    private static Path root() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("docs/cases.md"))) {
                return at;
            }
        }
        throw new AssertionError("no directory above has docs/cases.md");
    }

    private static List<String> lines(String table) throws IOException {
        return Files.readAllLines(ROOT.resolve("docs").resolve(table));
    }

    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String module : List.of("server", "interop", "statemachine", "client")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .forEach(file ->
                                sources.put(file.getFileName().toString().replace(".java", ""), text(file)));
            }
        }
        return sources;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
