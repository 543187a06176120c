package io.leasehold.server;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.leasehold.server.config.ConfigParser;
import io.leasehold.server.config.ConfigResult;
import io.leasehold.server.config.ListenUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A whole server of one member in this process, on ports of its own. */
final class RunningMember implements AutoCloseable {
    final LeaseholdServer server;
    final ManagedChannel channel;

    /** Starts one; {@code flags} are added to those for directory and ports. */
    RunningMember(Path directory, String... flags) throws IOException {
        String peer = "http://127.0.0.1:" + freePort();
        List<String> all = new ArrayList<>(List.of(
                "--data-dir=" + directory.resolve("data"),
                "--listen-client-urls=http://127.0.0.1:0",
                "--advertise-client-urls=http://127.0.0.1:0",
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer));
        all.addAll(List.of(flags));
        if (!(ConfigParser.parse(all, Map.of()) instanceof ConfigResult.Parsed parsed)) {
            throw new IllegalArgumentException("flags are not understood: " + all);
        }
        server = LeaseholdServer.start(parsed.config(), (what, cause) -> {
            throw new IllegalStateException(what, cause);
        });
        ListenUrl address = server.addresses().getFirst();
        channel = NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .build();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.close();
    }
}
