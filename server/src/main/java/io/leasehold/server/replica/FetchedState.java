package io.leasehold.server.replica;

import io.leasehold.statemachine.CheckpointMark;
import io.leasehold.statemachine.ReceivedState;
import io.leasehold.statemachine.StateMachine;
import io.leasehold.statemachine.StateMachineOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A state that this member has fetched from another one, on its way into the place of its own. A crash at any moment leaves
 * either the old state or the new one:
 *
 * <pre>
 *   member/fetched/            being fetched; deleted at a start
 *   member/fetched/complete    checked and forced: at the next start
 *                                1 member/state   → member/replaced
 *                                2 member/fetched → member/state       "complete" goes along
 *                                3 the entries of member/log are forgotten
 *                                4 member/state/complete and member/replaced are deleted
 * </pre>
 */
public final class FetchedState {
    private static final Logger LOGGER = LoggerFactory.getLogger(FetchedState.class);
    private static final String COMPLETE = "complete";

    private final Path member;

    /** Has the log forget all its entries: the state goes further than they do. */
    @FunctionalInterface
    public interface ForgottenLog {
        /**
         * Forgets them durably.
         *
         * @param clusterId whose log it is
         */
        void forget(long clusterId) throws IOException;
    }

    /** The one in the directory {@code member}, which exists; see the drawing. */
    public FetchedState(Path member) {
        this.member = member;
    }

    /** Where a state is put that is fetched. */
    public Path fetched() {
        return member.resolve("fetched");
    }

    /**
     * Checks what was fetched and marks it as complete, unless it ends before {@code leastIndex}.
     *
     * @return how far it goes
     * @throws io.leasehold.statemachine.RecoveryException if it is damaged, or of another cluster
     * @throws IOException if the disk fails
     */
    public static CheckpointMark accept(Path fetched, StateMachineOptions options, long leastIndex) throws IOException {
        CheckpointMark mark = ReceivedState.accept(fetched, options);
        if (mark.index() < leastIndex) {
            return mark;
        }
        Files.createFile(fetched.resolve(COMPLETE));
        forceNames(fetched);
        Path parent = fetched.getParent();
        if (parent != null) {
            forceNames(parent);
        }
        return mark;
    }

    /**
     * Puts a complete one into place, goes on with that where a crash has interrupted it, and deletes an incomplete one.
     * Before the state is opened.
     *
     * @throws IOException when the disk does not let it
     */
    public void settle(ForgottenLog log) throws IOException {
        Path fetched = fetched();
        Path state = member.resolve("state");
        Path replaced = member.resolve("replaced");
        if (Files.exists(fetched.resolve(COMPLETE))) {
            if (Files.exists(state)) {
                delete(replaced);
                Files.move(state, replaced, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(fetched, state, StandardCopyOption.ATOMIC_MOVE);
            LOGGER.info("the fetched state takes the place of the old one");
        }
        delete(fetched);
        if (Files.exists(state)) {
            // Each time: a start that was killed may have changed these names in memory only, and a power cut that gave
            // "complete" back would have the log forget what it has acknowledged since.
            forceNames(member);
            if (Files.exists(state.resolve(COMPLETE))) {
                log.forget(StateMachine.identityIn(state)
                        .orElseThrow(() -> new IOException("there is no state in " + state))
                        .clusterId());
                Files.delete(state.resolve(COMPLETE));
            }
            forceNames(state);
        }
        delete(replaced);
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw new IOException("cannot list " + tree, e);
        }
    }

    private static void forceNames(Path directory) throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }
}
