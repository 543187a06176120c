package io.leasehold.raft.ratis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An empty file beside the log's directory: the log was shared with other members once. */
final class PeerMarker {

    private static final String NAME = "has-peers";

    private PeerMarker() {}

    static boolean isThere(Path logDirectory) {
        return Files.exists(logDirectory.resolveSibling(NAME));
    }

    static void put(Path logDirectory) throws IOException {
        Path marker = logDirectory.resolveSibling(NAME);
        if (!Files.exists(marker)) {
            Files.createFile(marker);
        }
        // Also when it is there: whoever made it may have been killed before this.
        Path parent = marker.toAbsolutePath().getParent();
        if (parent != null) {
            LogDirectory.forceNames(parent);
        }
    }
}
