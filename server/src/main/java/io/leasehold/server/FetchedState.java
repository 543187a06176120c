package io.leasehold.server;

import io.leasehold.raft.ratis.RatisLog;
import io.leasehold.raft.ratis.RatisSettings;
import io.leasehold.server.config.StartRefused;
import io.leasehold.statemachine.CheckpointMark;
import io.leasehold.statemachine.MemberIdentity;
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
final class FetchedState {
    private static final Logger LOGGER = LoggerFactory.getLogger(FetchedState.class);
    private static final String COMPLETE = "complete";

    private final DataDirectory directory;

    FetchedState(DataDirectory directory) {
        this.directory = directory;
    }

    /** Checks what was fetched and marks it as complete. */
    static CheckpointMark accept(Path fetched, StateMachineOptions options) throws IOException {
        CheckpointMark mark = ReceivedState.accept(fetched, options);
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
     * @throws StartRefused when the disk does not let it
     */
    void settle() {
        Path fetched = directory.fetched();
        Path state = directory.state();
        Path replaced = directory.replaced();
        try {
            if (Files.exists(fetched.resolve(COMPLETE))) {
                if (Files.exists(state)) {
                    delete(replaced);
                    Files.move(state, replaced, StandardCopyOption.ATOMIC_MOVE);
                }
                Files.move(fetched, state, StandardCopyOption.ATOMIC_MOVE);
                forceNames(directory.member());
                LOGGER.info("the fetched state takes the place of the old one");
            }
            delete(fetched);
            if (Files.exists(state.resolve(COMPLETE))) {
                MemberIdentity identity = StateMachine.identityIn(state)
                        .orElseThrow(() -> new StartRefused("there is no state in " + state));
                RatisLog.forgetEntries(directory.log(), RatisSettings.groupIdOf(identity.clusterId(), 0));
                Files.delete(state.resolve(COMPLETE));
                forceNames(state);
            }
            delete(replaced);
        } catch (IOException e) {
            throw new StartRefused("the fetched state in " + fetched + " cannot be put into place: " + e, e);
        }
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
