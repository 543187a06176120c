package io.leasehold.server;

import io.leasehold.server.config.ServerConfig;
import io.leasehold.server.config.StartRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data directory that etcd's tools have made. One that {@code etcdctl snapshot restore} has written holds all there is in
 * its database, so a member starts from that. One that an etcd has run in does not: its last changes are in its log, which
 * cannot be read here, and to start empty beside it would look as if everything had vanished.
 */
final class EtcdDirectory {
    private static final Logger LOGGER = LoggerFactory.getLogger(EtcdDirectory.class);

    private EtcdDirectory() {}

    /**
     * Takes over what was restored into the directory, unless it has a state already. etcd's files stay where they are and
     * are not looked at again. After a crash in the middle it begins anew.
     *
     * @throws StartRefused when an etcd has run there, or the files cannot be read
     */
    static void takeOver(ServerConfig config, DataDirectory directory) {
        Path database = directory.member().resolve("snap").resolve("db");
        if (!Files.exists(database) || Files.exists(directory.state())) {
            return;
        }
        Path imported = directory.member().resolve("imported");
        try {
            if (!EtcdWriteAheadLog.onlyFounds(directory.member().resolve("wal"))) {
                throw new StartRefused("etcd has run in " + directory.root().toAbsolutePath()
                        + " and its log cannot be read here; take a snapshot from the running etcd (etcdctl snapshot save),"
                        + " restore that into another directory (etcdctl snapshot restore), and start with it");
            }
            ServerConfig.Bootstrap bootstrap = config.bootstrap();
            SnapshotRestore.Settings settings = new SnapshotRestore.Settings(
                    config.name(), imported, bootstrap.members(), bootstrap.token(), true, 0, false);
            SnapshotRestore restore = new SnapshotRestore(database, settings);
            SnapshotRestore.delete(imported);
            restore.run();
            Files.move(imported.resolve("member").resolve("state"), directory.state(), StandardCopyOption.ATOMIC_MOVE);
            SnapshotRestore.delete(imported);
            LOGGER.info("the keys that a snapshot was restored to are taken over database={}", database);
        } catch (IOException e) {
            throw new StartRefused("what was restored to " + database + " cannot be taken over: " + e.getMessage(), e);
        }
    }
}
