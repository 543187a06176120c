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
 *   RESTING ──a leader can be asked──► IMAGE ──its files are known──► PIECES ──all are here, and good──► DONE
 *      ▲                                 │                              │
 *      └──── another leader, no piece in time, an image that is gone, a damaged or older state, a failing disk ◄┘
 * </pre>
 *
 * <p>Nothing that is lost, and no change of leader, costs more than some seconds: an image is asked for again as long as
 * the same member leads, which makes no second one of that while one is under way, and pieces are asked of a member that
 * leads no more only while it answers.
 *
 * <p>{@link #begin}, {@link #received} and {@link #stop} are for any thread, the rest for the owning one, {@code
 * leasehold-state-fetch}, which runs once the fetch has begun.
 */
final class StateFetch implements TurnLoop.Turns {
    private static final Logger LOGGER = LoggerFactory.getLogger(StateFetch.class);

    /** An image that is not here by then is asked for again: the request may be lost, or the answer. */
    private static final long IMAGE_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** A piece that is not here by then is asked for again. */
    private static final long PIECE_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int PIECE_ATTEMPTS_MAX = 10;

    /** Of a member that leads no more, and may be gone: the one that leads now has everything too. */
    private static final int PIECE_ATTEMPTS_ELSEWHERE_MAX = 2;

    /** Between two attempts of which the first one failed here: a damaged state, a full disk. */
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path directory;
    private final StateAcceptance acceptance;
    private final ReplicatedLog log;
    private final Ticker ticker;
    private final Runnable fetched;
    private final WakeUp wakeUp = new WakeUp();
    /** One answer is awaited at a time; what else comes is late, and dropped soon. */
    private final Mailbox<Received> received = new Mailbox<>(Integer.MAX_VALUE, wakeUp);

    private volatile boolean begun;
    private volatile boolean stopped;

    private Phase phase = Phase.RESTING;
    /** When it last went to rest or asked for something. */
    private long sinceNanos;

    /** Whom it asks: who led when it began to ask for an image; 0 for nobody. */
    private long leaderId;

    /** Whose image the log's reader was told of last. */
    private long toldLeaderId;

    private StateMessage.Image image = new StateMessage.Image(0, Map.of());
    private List<String> names = List.of();
    /** The file under way, as its place in the image. */
    private int file;

    private @Nullable FileChannel out;
    private long offset;
    private int attempts;

    private record Received(long fromMemberId, StateMessage message) {}

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
    void received(long fromMemberId, StateMessage message) {
        if (begun) {
            received.force(new Received(fromMemberId, message));
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
            for (Received next = received.poll(); next != null; next = received.poll()) {
                if (next.fromMemberId() == leaderId) {
                    take(next.message());
                }
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
        boolean awaitsImage = phase == Phase.IMAGE || phase == Phase.PIECES;
        if (awaitsImage && message instanceof StateMessage.Image made) {
            // One that comes among the pieces was asked for a second time, and takes the place of the first one there.
            closeFile(false);
            StateSource.delete(directory);
            Files.createDirectories(directory);
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
                if (waitedNanos >= PAUSE_NANOS) {
                    askForImage();
                }
            }
            case IMAGE -> {
                if (waitedNanos >= IMAGE_LIMIT_NANOS || log.status().leaderId() != leaderId) {
                    askForImage();
                }
            }
            case PIECES -> {
                if (waitedNanos >= PIECE_LIMIT_NANOS && attempts >= pieceAttemptsMax()) {
                    closeFile(false);
                    askForImage();
                } else if (waitedNanos >= PIECE_LIMIT_NANOS) {
                    askForPiece();
                }
            }
            case DONE -> {}
        }
    }

    private int pieceAttemptsMax() {
        long leads = log.status().leaderId();
        return leads == 0 || leads == leaderId ? PIECE_ATTEMPTS_MAX : PIECE_ATTEMPTS_ELSEWHERE_MAX;
    }

    /** Asks whoever leads; tries again at the next turn while nobody does, or there is no connection yet. */
    private void askForImage() {
        phase = Phase.IMAGE;
        leaderId = log.status().leaderId();
        if (leaderId == 0 || !log.network().send(leaderId, StateMessage.encode(new StateMessage.Fetch()))) {
            sinceNanos = ticker.nanos() - IMAGE_LIMIT_NANOS;
            return;
        }
        sinceNanos = ticker.nanos();
        if (leaderId != toldLeaderId) {
            toldLeaderId = leaderId;
            LOGGER.info("fetching the state from member={}", Long.toHexString(leaderId));
        }
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
        sinceNanos = ticker.nanos();
        log.network().send(leaderId, StateMessage.encode(new StateMessage.Read(image.imageId(), file, offset)));
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
