package io.leasehold.interop.client;

import io.leasehold.interop.ServerTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A document for users, and the Java in it. */
record Guide(String path) {
    private static final Pattern PASSAGE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    /** Its Java passages as they stand, in order. */
    List<String> passages() {
        return PASSAGE.matcher(read(path))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    /** The passages that are in no place of the example program of this name, such as {@code client/QuickStart.java}. */
    List<String> passagesNotIn(String program) {
        String source = squeezed(read("examples/src/main/java/io/leasehold/examples/" + program));
        return passages().stream()
                .filter(passage -> !source.contains(squeezed(passage)))
                .toList();
    }

    private static String read(String path) {
        try {
            return Files.readString(
                    Objects.requireNonNull(ServerTarget.launcher().getParent()).resolve(Path.of(path)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s+", "");
    }
}
