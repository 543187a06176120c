package io.leasehold.raft.ratis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Settings of a cluster of one, on a port that was free a moment ago. */
final class TestSettings {

    static final long MEMBER_ID = 0x8e9e05c52164694dL;
    private static final long CLUSTER_ID = 0xcdf818194e3a8c32L;
    static final int MAX_PAYLOAD_BYTES = 1 << 20;

    private TestSettings() {}

    static RatisSettings soleVoter(Path directory) {
        return soleVoter(directory, freePort());
    }

    static RatisSettings soleVoter(Path directory, int port) {
        return new RatisSettings(
                RatisSettings.groupIdOf(CLUSTER_ID, 0),
                MEMBER_ID,
                List.of(new RatisSettings.Peer(MEMBER_ID, List.of("127.0.0.1:" + port), true)),
                true,
                List.of(new ListenAddress("127.0.0.1", port)),
                directory,
                1_000,
                MAX_PAYLOAD_BYTES,
                Optional.empty());
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
