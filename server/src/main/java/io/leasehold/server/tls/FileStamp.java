package io.leasehold.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** What tells that a file was changed or replaced, without reading it. Of a file that cannot be looked at all is empty. */
record FileStamp(@Nullable FileTime modified, long sizeBytes, @Nullable Object fileKey) {
    static FileStamp of(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileStamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        } catch (IOException unreadable) {
            return new FileStamp(null, -1, null);
        }
    }
}
