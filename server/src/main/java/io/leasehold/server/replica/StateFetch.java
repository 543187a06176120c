package io.leasehold.server.replica;

import io.leasehold.raft.ReplicatedLog;
import io.leasehold.server.loop.Mailbox;
import io.leasehold.server.loop.Ticker;
import io.leasehold.server.loop.TurnLoop;
import io.leasehold.server.loop.WakeUp;
import io.leasehold.statemachine.CheckpointMark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the state from the leader when the log no longer holds what this member lacks: into a directory beside its own
 * state, checked and forced to disk. It replaces the member's state at the member's next start, which it asks for.
 *
 * <pre>
 *   RESTING ──a leader is known──► IMAGE ──its files are known──► PIECES ──all are here, and good──► DONE
 *      ▲                             │                              │
 *      └──── no answer in time, another image, a damaged or older state, a failing disk ◄──────────┘
 * </pre>
 *
 * <p>{@link #begin}, {@link #received} and {@link #stop} are for any thread, the rest for the owning one, {@code
 * leasehold-state-fetch}, which runs once the fetch has begun.
 */
final class StateFetch implements TurnLoop.Turns {
    private static final Logger LOGGER = LoggerFactory.getLogger(StateFetch.class);

    /** For an image, at first: what was asked for may be lost. */
    private static final long IMAGE_LIMIT_NANOS_MIN = TimeUnit.SECONDS.toNanos(4);

    /** At last: the leader makes a checkpoint first, and may be slow at it; asked anew it begins anew. */
    private static final long IMAGE_LIMIT_NANOS_MAX = TimeUnit.SECONDS.toNanos(64);

    /** A piece that is not here by then is asked for again. */
    private static final long PIECE_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int PIECE_ATTEMPTS_MAX = 10;

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path directory;
    private final StateAcceptance acceptance;
    private final ReplicatedLog log;
    private final Ticker ticker;
    private final Runnable fetched;
    private final WakeUp wakeUp = new WakeUp();
    /** One answer is awaited at a time; what else comes is late, and dropped soon. */
    private final Mailbox<StateMessage> received = new Mailbox<>(Integer.MAX_VALUE, wakeUp);

    private volatile boolean begun;
    private volatile boolean stopped;

    private Phase phase = Phase.RESTING;
    /** When it last went to rest or asked for something. */
    private long sinceNanos;

    /** How long it waits for the next image: twice as long as for the last one that did not come. */
    private long imageLimitNanos = IMAGE_LIMIT_NANOS_MIN;

    private long leaderId;
    private StateMessage.Image image = new StateMessage.Image(0, Map.of());
    private List<String> names = List.of();
    /** The file under way, as its place in the image. */
    private int file;

    private @Nullable FileChannel out;
    private long offset;
    private int attempts;

    private enum Phase {
        RESTING,
        IMAGE,
        PIECES,
        DONE
    }

    /**
     * A fetch that has not begun.
     *
     * @param directory where to put what is fetched; emptied first
     * @param fetched called when the state is complete, on the owning thread
     */
    StateFetch(Path directory, StateAcceptance acceptance, ReplicatedLog log, Ticker ticker, Runnable fetched) {
        this.directory = directory;
        this.acceptance = acceptance;
        this.log = log;
        this.ticker = ticker;
        this.fetched = fetched;
        this.sinceNanos = ticker.nanos() - PAUSE_NANOS;
    }

    /** Begins, unless it has begun; whether it has only now. */
    synchronized boolean begin() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    /** Takes a message of the one that gives. */
    void received(StateMessage message) {
        if (begun) {
            received.force(message);
        }
    }

    /** Gives up. */
    void stop() {
        stopped = true;
        wakeUp.signal();
    }

    @Override
    public boolean turn() {
        if (!begun || stopped || phase == Phase.DONE) {
            return false;
        }
        try {
            for (StateMessage message = received.poll(); message != null; message = received.poll()) {
                take(message);
            }
            lookAtTheTime();
        } catch (IOException | RuntimeException failed) {
            LOGGER.warn("the state could not be fetched; trying again", failed);
            rest();
        }
        return false;
    }

    @Override
    public void sleep(long nanos) {
        wakeUp.sleep(nanos);
    }

    private void take(StateMessage message) throws IOException {
        if (phase == Phase.IMAGE && message instanceof StateMessage.Image made) {
            image = made;
            names = List.copyOf(made.files().keySet());
            phase = Phase.PIECES;
            openFile(0);
            goOn();
        } else if (phase == Phase.PIECES && message instanceof StateMessage.Piece piece && isWanted(piece)) {
            write(piece);
            goOn();
        }
    }

    private void lookAtTheTime() throws IOException {
        long waitedNanos = ticker.nanos() - sinceNanos;
        switch (phase) {
            case RESTING -> {
                leaderId = log.status().leaderId();
                if (waitedNanos >= PAUSE_NANOS && leaderId != 0) {
                    askForImage();
                }
            }
            case IMAGE -> {
                if (waitedNanos >= imageLimitNanos) {
                    imageLimitNanos = Math.min(2 * imageLimitNanos, IMAGE_LIMIT_NANOS_MAX);
                    rest();
                } else if (log.status().leaderId() != leaderId) {
                    rest();
                }
            }
            case PIECES -> {
                if (waitedNanos >= PIECE_LIMIT_NANOS && attempts == PIECE_ATTEMPTS_MAX) {
                    rest();
                } else if (waitedNanos >= PIECE_LIMIT_NANOS) {
                    askForPiece();
                }
            }
            case DONE -> {}
        }
    }

    private void askForImage() throws IOException {
        StateSource.delete(directory);
        Files.createDirectories(directory);
        LOGGER.info("fetching the state from member={}", Long.toHexString(leaderId));
        phase = Phase.IMAGE;
        send(new StateMessage.Fetch());
    }

    private void openFile(int number) throws IOException {
        file = number;
        offset = 0;
        attempts = 0;
        String name = names.get(number);
        Path target = directory.resolve(name).normalize();
        Path parent = target.getParent();
        if (!target.startsWith(directory) || parent == null) {
            throw new IOException("a file named " + name);
        }
        Files.createDirectories(parent);
        out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Asks for the next piece, opens the next file when one is whole, and ends behind the last. */
    private void goOn() throws IOException {
        while (offset == lengthOf(file)) {
            closeFile(true);
            if (file + 1 == names.size()) {
                accept();
                return;
            }
            openFile(file + 1);
        }
        attempts = 0;
        askForPiece();
    }

    private void accept() throws IOException {
        long logEndIndex = log.status().lastIndex();
        CheckpointMark mark = acceptance.accept(directory, logEndIndex);
        if (mark.index() < logEndIndex) {
            // Entries behind it were acknowledged to a leader: with the state they would be forgotten, and the majority
            // that holds them might be none any more. The one that gave it lags, and will have more soon.
            LOGGER.info("the fetched state ends at index={}, before this member's log", mark.index());
            rest();
            return;
        }
        LOGGER.info("fetched the state up to index={} files={}", mark.index(), names.size());
        phase = Phase.DONE;
        fetched.run();
    }

    private boolean isWanted(StateMessage.Piece piece) {
        return piece.imageId() == image.imageId() && piece.file() == file && piece.offset() == offset;
    }

    private void write(StateMessage.Piece piece) throws IOException {
        FileChannel channel = out;
        if (channel == null || piece.bytes().length == 0 || piece.bytes().length > lengthOf(file) - offset) {
            throw new IOException("the image is gone");
        }
        ByteBuffer bytes = ByteBuffer.wrap(piece.bytes());
        while (bytes.hasRemaining()) {
            offset += channel.write(bytes);
        }
    }

    private long lengthOf(int number) {
        return image.files().getOrDefault(names.get(number), 0L);
    }

    private void askForPiece() {
        attempts++;
        send(new StateMessage.Read(image.imageId(), file, offset));
    }

    private void send(StateMessage message) {
        sinceNanos = ticker.nanos();
        log.network().send(leaderId, StateMessage.encode(message));
    }

    private void rest() {
        try {
            closeFile(false);
        } catch (IOException failed) {
            LOGGER.debug("a file that is not wanted could not be closed", failed);
        }
        phase = Phase.RESTING;
        sinceNanos = ticker.nanos();
    }

    private void closeFile(boolean whole) throws IOException {
        FileChannel open = out;
        out = null;
        if (open != null) {
            try (open) {
                if (whole) {
                    open.force(true);
                }
            }
        }
    }
}
