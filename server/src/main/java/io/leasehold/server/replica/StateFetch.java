package io.leasehold.server.replica;

import io.leasehold.raft.PeerNetwork;
import io.leasehold.raft.ReplicatedLog;
import io.leasehold.statemachine.CheckpointMark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the state from the leader when the log no longer holds what this member lacks: into a directory beside its own
 * state, checked and forced to disk. It replaces the member's state at the member's next start, which it asks for.
 *
 * <p>Works on the thread {@code leasehold-state-fetch}, until it has succeeded or the member stops.
 */
final class StateFetch {
    private static final Logger LOGGER = LoggerFactory.getLogger(StateFetch.class);

    /** The leader makes a checkpoint first, and may be slow at it. */
    private static final int IMAGE_LIMIT_SECONDS = 60;

    /** A piece that is not here by then is asked for again. */
    private static final int PIECE_LIMIT_SECONDS = 2;

    private static final int PIECE_ATTEMPTS_MAX = 10;

    private static final int PAUSE_SECONDS = 1;

    private final Path directory;
    private final StateAcceptance acceptance;
    private final ReplicatedLog log;
    private final Runnable fetched;
    private final BlockingQueue<StateMessage> received = new LinkedBlockingQueue<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean stopped;

    /**
     * A fetch that has not begun.
     *
     * @param directory where to put what is fetched; emptied first
     * @param fetched called when the state is complete, on the fetching thread
     */
    StateFetch(Path directory, StateAcceptance acceptance, ReplicatedLog log, Runnable fetched) {
        this.directory = directory;
        this.acceptance = acceptance;
        this.log = log;
        this.fetched = fetched;
    }

    /** Begins, unless it has begun. Any thread. */
    void begin() {
        if (begun.compareAndSet(false, true)) {
            Thread.ofPlatform().name("leasehold-state-fetch").daemon().start(this::run);
        }
    }

    /** Takes a message of the one that gives. Any thread. */
    void received(StateMessage message) {
        if (begun.get()) {
            received.add(message);
        }
    }

    /** Gives up. */
    void stop() {
        stopped = true;
    }

    private void run() {
        while (!stopped) {
            try {
                long leaderId = log.status().leaderId();
                if (leaderId != 0 && fetchFrom(leaderId)) {
                    fetched.run();
                    return;
                }
                TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
            } catch (IOException | RuntimeException failed) {
                LOGGER.warn("the state could not be fetched; trying again", failed);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private boolean fetchFrom(long leaderId) throws IOException, InterruptedException {
        received.clear();
        StateSource.delete(directory);
        Files.createDirectories(directory);
        LOGGER.info("fetching the state from member={}", Long.toHexString(leaderId));
        PeerNetwork network = log.network();
        network.send(leaderId, StateMessage.encode(new StateMessage.Fetch()));
        if (!(await(IMAGE_LIMIT_SECONDS, StateMessage.Image.class) instanceof StateMessage.Image image)) {
            return false;
        }
        List<String> names = List.copyOf(image.files().keySet());
        for (int file = 0; file < names.size(); file++) {
            String name = names.get(file);
            if (!fetchFile(leaderId, image, file, name)) {
                return false;
            }
        }
        CheckpointMark mark = acceptance.accept(directory);
        LOGGER.info("fetched the state up to index={} files={}", mark.index(), names.size());
        return true;
    }

    private boolean fetchFile(long leaderId, StateMessage.Image image, int file, String name)
            throws IOException, InterruptedException {
        Path target = directory.resolve(name).normalize();
        Path parent = target.getParent();
        if (!target.startsWith(directory) || parent == null) {
            throw new IOException("a file named " + name);
        }
        Files.createDirectories(parent);
        long length = image.files().getOrDefault(name, 0L);
        try (FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long offset = 0;
            while (offset < length && !stopped) {
                StateMessage.Piece piece = piece(leaderId, new StateMessage.Read(image.imageId(), file, offset));
                if (piece == null || piece.bytes().length == 0) {
                    return false;
                }
                ByteBuffer bytes = ByteBuffer.wrap(piece.bytes());
                while (bytes.hasRemaining()) {
                    offset += out.write(bytes);
                }
            }
            out.force(true);
        }
        return !stopped;
    }

    private StateMessage.@Nullable Piece piece(long leaderId, StateMessage.Read wanted) throws InterruptedException {
        for (int attempt = 0; attempt < PIECE_ATTEMPTS_MAX; attempt++) {
            log.network().send(leaderId, StateMessage.encode(wanted));
            StateMessage got;
            do {
                got = await(PIECE_LIMIT_SECONDS, StateMessage.Piece.class);
                if (got instanceof StateMessage.Piece piece
                        && piece.imageId() == wanted.imageId()
                        && piece.file() == wanted.file()
                        && piece.offset() == wanted.offset()) {
                    return piece;
                }
            } while (got != null);
        }
        return null;
    }

    private @Nullable StateMessage await(int seconds, Class<? extends StateMessage> kind) throws InterruptedException {
        StateMessage message = received.poll(seconds, TimeUnit.SECONDS);
        while (message != null && !kind.isInstance(message)) {
            message = received.poll(seconds, TimeUnit.SECONDS);
        }
        return message;
    }
}
