package io.leasehold.cli.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;

/** Whether members will find their ports free. */
final class FreePorts {
    private FreePorts() {}

    /** Names the first port that something else listens on; empty if all are free. */
    static Optional<String> problem(List<MemberSpec> members) {
        for (MemberSpec member : members) {
            for (int port : List.of(member.clientPort(), member.peerPort())) {
                if (!isFree(port)) {
                    String whose = port == member.clientPort() ? "clients" : "members";
                    return Optional.of("port " + port + ", " + member.name() + "'s for " + whose
                            + ", is taken: something else listens there");
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As servers do: connections that have ended and only linger do not count.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
