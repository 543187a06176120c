package io.leasehold.server;

import io.leasehold.etcdfile.EtcdSnapshotReader;
import io.leasehold.etcdfile.EtcdState;
import io.leasehold.etcdfile.SnapshotChecksum;
import io.leasehold.mvcc.StoreOptions;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.leasepb.Lease;
import io.leasehold.protocol.mvccpb.KeyValue;
import io.leasehold.server.config.ServerConfig.InitialMember;
import io.leasehold.server.snapshot.AuthForm;
import io.leasehold.statemachine.Quota;
import io.leasehold.statemachine.StateImport;
import io.leasehold.statemachine.StateMachineOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes the data directory of one member of a new cluster from a snapshot: one of Leasehold's, or of etcd, which have the
 * same form. Keys with all their revisions, leases, users and roles are taken over; members are those of the new cluster; alarms are
 * not.
 */
public final class SnapshotRestore {
    private static final long MILLIS_PER_SECOND = 1_000;

    private final Path snapshot;
    private final Settings settings;

    /**
     * What a snapshot is restored to.
     *
     * @param name of the member, one of {@code members}
     * @param dataDirectory must not exist, or be empty
     * @param members the new cluster's first members
     * @param token of the new cluster: with the members it makes its ids
     * @param skipHashCheck take a database without a checksum behind it, such as a member's own
     * @param bumpRevision added to the revision, so that watchers with the old cluster's revisions do not miss anything
     * @param markCompacted everything up to the new revision is taken to be compacted, which ends such watchers
     */
    public record Settings(
            String name,
            Path dataDirectory,
            List<InitialMember> members,
            String token,
            boolean skipHashCheck,
            long bumpRevision,
            boolean markCompacted) {
        public Settings {
            members = List.copyOf(members);
            if (bumpRevision < 0 || (bumpRevision > 0) != markCompacted) {
                throw new IllegalArgumentException("--mark-compacted and --bump-revision are given both or neither");
            }
        }
    }

    /** Restores a snapshot by {@link #run}. */
    public SnapshotRestore(Path snapshot, Settings settings) {
        this.snapshot = snapshot;
        this.settings = settings;
    }

    /**
     * Restores. When it fails, the directory is as it was: not there, or empty.
     *
     * @throws IOException if the snapshot is damaged, the directory is in use or cannot be written; the message says which
     */
    public void run() throws IOException {
        if (!settings.skipHashCheck()) {
            SnapshotChecksum.verify(snapshot);
        }
        Path directory = settings.dataDirectory();
        boolean wasThere = Files.exists(directory);
        if (wasThere && !isEmpty(directory)) {
            throw new IOException("data-dir \"" + directory + "\" exists and is not empty");
        }
        ClusterIdentity identity = ClusterIdentity.of(settings.name(), settings.members(), settings.token());
        if (identity.memberId() == 0) {
            throw new IOException("couldn't find local name \"" + settings.name()
                    + "\" in the initial cluster configuration: --initial-cluster has to name this member");
        }
        try (EtcdSnapshotReader reader = EtcdSnapshotReader.open(snapshot)) {
            restore(reader, identity);
        } catch (IOException | RuntimeException failure) {
            delete(directory, wasThere);
            throw failure;
        }
    }

    private void restore(EtcdSnapshotReader reader, ClusterIdentity identity) throws IOException {
        StateMachineOptions options = new StateMachineOptions(
                identity.clusterId(),
                identity.memberId(),
                settings.name(),
                identity.founders(),
                Quota.UNLIMITED,
                StoreOptions.DEFAULT);
        try (DataDirectory directory = DataDirectory.open(settings.dataDirectory());
                StateImport state = StateImport.begin(directory.state(), options)) {
            EtcdState rest = reader.state();
            for (Lease lease : rest.leases()) {
                state.lease(
                        lease.getID(), lease.getTTL() * MILLIS_PER_SECOND, lease.getRemainingTTL() * MILLIS_PER_SECOND);
            }
            state.auth(AuthForm.ours(rest.auth()));
            Records records = new Records(state);
            reader.forEachRevision(records::add);
            long revision = Math.max(records.lastRevision, rest.compactedRevision()) + settings.bumpRevision();
            state.finish(revision, settings.markCompacted() ? revision : rest.compactedRevision());
        }
    }

    /** Hands records on and remembers where they end. */
    private static final class Records {
        private final StateImport state;
        private long lastRevision = 1;

        Records(StateImport state) {
            this.state = state;
        }

        void add(long main, long sub, boolean tombstone, KeyValue kv) throws IOException {
            lastRevision = main;
            if (kv.getKey().isEmpty()) {
                // By a record of no key etcdutl raises the revision of what it restores.
                return;
            }
            ByteSequence key = ByteSequence.copyOf(kv.getKey().asReadOnlyByteBuffer());
            if (tombstone) {
                state.tombstone(key, main, Math.toIntExact(sub));
            } else {
                state.put(
                        key,
                        kv.getCreateRevision(),
                        main,
                        Math.toIntExact(sub),
                        kv.getVersion(),
                        ByteSequence.copyOf(kv.getValue().asReadOnlyByteBuffer()),
                        kv.getLease());
            }
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    static void delete(Path directory) throws IOException {
        delete(directory, false);
    }

    private static void delete(Path directory, boolean keepItself) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!keepItself || !file.equals(directory)) {
                    Files.delete(file);
                }
            }
        }
    }
}
