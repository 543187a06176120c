package io.leasehold.faults.load;

import io.leasehold.faults.cluster.FaultyCluster;
import io.leasehold.faults.history.Change;
import io.leasehold.faults.history.WatchLine;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Watches all keys of a round from its first revision on, and goes on where it was when its stream breaks or says nothing
 * for a while, mostly on the same member, now and then on another. It takes progress notices at their word.
 */
final class Follower extends Client {
    private static final long LOOK_MILLIS = 100;
    private static final long SILENCE_MAX_MILLIS = 3_000;
    private static final int ASK_ONE_OF = 8;

    private final String prefix;
    private final Queue<WatchLine> lines = new ConcurrentLinkedQueue<>();
    private volatile long nextRevision;

    Follower(
            String name,
            int home,
            FaultyCluster cluster,
            Book book,
            SplittableRandom random,
            String prefix,
            long startRevision) {
        super(name, home, cluster, book, random);
        this.prefix = prefix;
        this.nextRevision = startRevision;
    }

    String name() {
        return name;
    }

    /** What it received so far, in order. */
    List<WatchLine> lines() {
        return List.copyOf(lines);
    }

    /** Whether it knows of everything up to a revision. */
    boolean isBeyond(long revision) {
        return nextRevision > revision;
    }

    @Override
    public void run() {
        while (!isOver()) {
            try (WatchStream stream = new WatchStream(channel(member()), prefix, nextRevision)) {
                follow(stream);
                if (stream.compactedRevision() != 0) {
                    book.odd(name + ": a watch from " + nextRevision + " was cancelled as compacted at "
                            + stream.compactedRevision());
                }
            }
            pauseMillis(LOOK_MILLIS);
        }
    }

    private void follow(WatchStream stream) {
        long heardNanos = now();
        while (!isOver() && !stream.isOver() && now() - heardNanos < SILENCE_MAX_MILLIS * 1_000_000) {
            Optional<WatchLine> line = stream.next(LOOK_MILLIS);
            if (line.isPresent()) {
                heardNanos = now();
                note(line.get());
            }
            if (line.isEmpty() || random.nextInt(ASK_ONE_OF) == 0) {
                stream.askForProgress();
            }
        }
    }

    private void note(WatchLine line) {
        lines.add(line);
        for (Change change : line.changes()) {
            if (change.isDeletion()) {
                book.gone(change.key(), line.receivedNanos());
            }
        }
        long last = line.isProgress()
                ? line.headerRevision()
                : line.changes().getLast().revision();
        nextRevision = Math.max(nextRevision, last + 1);
    }
}
