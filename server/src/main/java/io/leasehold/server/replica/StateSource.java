package io.leasehold.server.replica;

import io.leasehold.raft.PeerNetwork;
import io.leasehold.server.loop.Mailbox;
import io.leasehold.statemachine.PendingCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives this member's state to members that are too far behind for the log. An image is a checkpoint whose segments are
 * linked into a directory of their own, so that the member serves on and may delete what it likes; each fetching member has
 * one image, which its next one replaces.
 *
 * <p>Files are read on the thread {@code leasehold-state-source}, or what takes its place.
 */
final class StateSource implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(StateSource.class);

    /** Bytes in one piece: well within a message between members. */
    static final int PIECE_BYTES = 512 << 10;

    private final Path directory;
    private final PeerNetwork network;
    private final Mailbox<ApplierTask> applier;
    private final Checkpointer checkpointer;
    private final ExecutorService thread;

    /** By the member that fetches. The thread's alone. */
    private final Map<Long, Linked> images = new HashMap<>();

    /** Members for whom an image is being made: one that asks meanwhile gets that one. */
    private final Set<Long> making = ConcurrentHashMap.newKeySet();

    private final AtomicLong nextImageId = new AtomicLong();

    private record Linked(long imageId, Path directory, List<String> files, Map<String, Long> lengths) {}

    /**
     * A source whose images lie below {@code directory}, on the state's file system. What an earlier process has left there
     * is deleted.
     */
    StateSource(
            Path directory,
            PeerNetwork network,
            Mailbox<ApplierTask> applier,
            Checkpointer checkpointer,
            ExecutorService thread) {
        this.directory = directory;
        this.network = network;
        this.applier = applier;
        this.checkpointer = checkpointer;
        this.thread = thread;
        delete(directory);
    }

    /** The thread on which files are read in production. */
    static ExecutorService newThread() {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("leasehold-state-source").daemon().factory());
    }

    /** A member wants to fetch. Any thread. */
    void fetch(long from) {
        if (making.add(from)) {
            applier.force(
                    new ApplierTask.Query(machine -> checkpointer.capture(machine, pending -> make(from, pending))));
        }
    }

    /** A member wants a piece. Any thread. */
    void read(long from, StateMessage.Read read) {
        thread.execute(() -> orWarn(() -> send(from, read)));
    }

    @Override
    public void close() {
        thread.execute(() -> images.values().forEach(image -> delete(image.directory())));
        thread.shutdown();
    }

    /** Something that reads or writes files. */
    private interface FileWork {
        void run() throws IOException;
    }

    private static void orWarn(FileWork work) {
        try {
            work.run();
        } catch (IOException | RuntimeException failed) {
            LOGGER.warn("the state cannot be given to another member", failed);
        }
    }

    /** On the thread that makes checkpoints: there no file that this one needs can be deleted meanwhile. */
    private void make(long from, PendingCheckpoint checkpoint) {
        try {
            orWarn(() -> link(from, nextImageId.incrementAndGet(), checkpoint));
        } finally {
            making.remove(from);
        }
    }

    private void link(long from, long imageId, PendingCheckpoint checkpoint) throws IOException {
        Path own = directory.resolve(Long.toHexString(from) + "-" + imageId);
        delete(own);
        Files.createDirectories(own);
        Map<String, Long> files = checkpoint.linkTo(own);
        thread.execute(() -> begin(from, new Linked(imageId, own, List.copyOf(files.keySet()), files)));
    }

    private void begin(long from, Linked image) {
        Linked before = images.put(from, image);
        if (before != null) {
            delete(before.directory());
        }
        LOGGER.info(
                "giving the state to member={} files={}",
                Long.toHexString(from),
                image.files().size());
        network.send(from, StateMessage.encode(new StateMessage.Image(image.imageId(), image.lengths())));
    }

    private void send(long from, StateMessage.Read read) throws IOException {
        Linked image = images.get(from);
        if (image == null
                || image.imageId() != read.imageId()
                || read.file() >= image.files().size()) {
            network.send(
                    from,
                    StateMessage.encode(
                            new StateMessage.Piece(read.imageId(), read.file(), read.offset(), new byte[0])));
            return;
        }
        String name = image.files().get(read.file());
        long left = image.lengths().getOrDefault(name, 0L) - read.offset();
        ByteBuffer piece = ByteBuffer.wrap(new byte[(int) Math.max(0, Math.min(PIECE_BYTES, left))]);
        try (FileChannel file = FileChannel.open(image.directory().resolve(name), StandardOpenOption.READ)) {
            while (piece.hasRemaining() && file.read(piece, read.offset() + piece.position()) > 0) {
                // Until the piece is full.
            }
        }
        network.send(
                from,
                StateMessage.encode(new StateMessage.Piece(read.imageId(), read.file(), read.offset(), piece.array())));
    }

    static void delete(Path tree) {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException | UncheckedIOException failed) {
            LOGGER.warn("cannot delete {}: {}", tree, failed.toString());
        }
    }
}
