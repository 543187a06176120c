package io.leasehold.server.front;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The file of a Unix socket: it outlives its process, so whoever listens anew takes away the old one first, as etcd does. */
final class SocketFile {
    private SocketFile() {}

    /**
     * Takes away what an earlier process has left.
     *
     * @throws IOException when it cannot be taken away, or something else than a socket is there
     */
    static void clear(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        // Sockets are neither files, directories nor links; the JDK has no word of its own for them.
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException("something that is no socket is there already");
        }
        Files.delete(path);
    }

    /** Takes the file away after the listener is closed; that it cannot be is the next start's problem. */
    static void clearQuietly(Path path) {
        try {
            clear(path);
        } catch (IOException stays) {
            return;
        }
    }
}
