package io.leasehold.cli.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The last line of a file that may be long. */
final class LastLine {
    /** Lines that tell why a server does not start are far shorter. */
    private static final int TAIL_BYTES = 4_096;

    private LastLine() {}

    /** The last line that is not blank; empty if there is none. */
    static Optional<String> of(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer tail = ByteBuffer.allocate(TAIL_BYTES);
            channel.read(tail, Math.max(0, channel.size() - TAIL_BYTES));
            String text = new String(tail.array(), 0, tail.position(), StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.isBlank()).reduce((first, second) -> second);
        }
    }
}
