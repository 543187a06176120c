package io.leasehold.raft.ratis;

import io.leasehold.raft.LogStartException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends what a full disk does to the engine's file of term and vote. The engine writes a new file beside it and puts it in
 * its place, also when nothing could be written: the place is then taken by an empty file, and the next start is refused.
 *
 * <p>What the member had promised is not known any more, so it goes on in a term so much later that it cannot have promised
 * anything there: a million elections take a week at the least, and entries of most of them. The cluster follows with one
 * election. How far it went is kept, so that a second loss does not lead to the same terms again.
 */
final class LostPromises {

    private static final Logger LOG = LoggerFactory.getLogger(LostPromises.class);

    private static final long TERMS_AHEAD = 1_000_000;

    /** The engine's own file. */
    private static final String PROMISES = "raft-meta";

    /** The term with which a loss was mended last; the engine does not look at it. */
    private static final String MENDED = "leasehold-mended-term";

    private LostPromises() {}

    /**
     * Does so if the file is there and empty.
     *
     * @param directory that of the engine's files
     * @param knownTerm a term that the member has reached, 0 if none is known
     * @throws LogStartException when the disk refuses
     */
    static void mend(Path directory, long knownTerm) {
        Path promises = directory.resolve(PROMISES);
        try {
            if (!Files.isRegularFile(promises) || Files.size(promises) > 0) {
                return;
            }
            Path mended = directory.resolve(MENDED);
            long before = Files.exists(mended)
                    ? Long.parseLong(
                            Files.readString(mended, StandardCharsets.US_ASCII).strip())
                    : 0;
            long term = Math.max(before, knownTerm) + TERMS_AHEAD;
            put(directory, MENDED, Long.toString(term));
            put(directory, PROMISES, "term=" + term + "\nvotedFor=\n");
            LOG.warn("term and vote were lost on a full disk; going on in a much later term={}", term);
        } catch (IOException | NumberFormatException failed) {
            throw new LogStartException("the empty file " + promises + " cannot be written anew", failed);
        }
    }

    private static void put(Path directory, String name, String text) throws IOException {
        Path fresh = directory.resolve(name + ".fresh");
        Files.writeString(fresh, text, StandardCharsets.US_ASCII);
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(fresh, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        LogDirectory.forceNames(directory);
    }
}
