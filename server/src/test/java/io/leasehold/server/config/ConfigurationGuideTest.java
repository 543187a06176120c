package io.leasehold.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/configuration.md says of flags is what the server does. */
class ConfigurationGuideTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| `--([a-z-]+)` \\| (?:`([^`]*)`)? ?\\| (.+) \\|$", Pattern.MULTILINE);

    @Test
    void every_row_is_a_flag_with_that_default_and_those_words() throws IOException {
        List<MatchResult> rows = ROW.matcher(guide()).results().toList();

        assertThat(rows).hasSizeGreaterThan(50);
        for (MatchResult row : rows) {
            Flag flag = FlagTable.find(row.group(1)).orElseThrow(() -> new AssertionError("no flag " + row.group()));
            String defaultValue = row.group(2) == null ? "" : row.group(2);
            assertThat(flag.use()).as(flag.name()).isEqualTo(Flag.Use.READ);
            assertThat(flag.defaultValue()).as(flag.name()).isEqualTo(defaultValue);
            assertThat(flag.help()).as(flag.name()).isEqualTo(row.group(3));
        }
    }

    /** The guide, wherever in the checkout the test runs. */
    private static String guide() throws IOException {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path guide = at.resolve("docs").resolve("configuration.md");
            if (Files.exists(guide)) {
                return Files.readString(guide);
            }
        }
        throw new AssertionError("no directory above has docs/configuration.md");
    }
}
