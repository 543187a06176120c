package io.leasehold.mvcc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A segment file that the store has given up and that a manifest may still name. Snapshots that hold its mapping read on
 * when the name is gone.
 *
 * @param segment null if this process never opened it
 */
record RetiredSegment(long id, Path file, @Nullable Segment segment) {
    void delete() throws IOException {
        if (segment != null) {
            segment.close();
        }
        Files.deleteIfExists(file);
    }
}
