package io.leasehold.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Draws ports that nobody listens on just now. They lie below the range from which the kernel takes ports for outgoing
 * connections, so that a killed server finds its port free when it comes back.
 */
public final class LoopbackPorts {
    private static final int PORT_MIN = 12_000;
    private static final int PORT_MAX = 31_999;

    private LoopbackPorts() {}

    /** A port that could be bound a moment ago. Another process may take it first: whoever starts must try again. */
    public static int draw() {
        int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
        while (!isFree(port)) {
            port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
        }
        return port;
    }

    /** Whether so many ports could be bound a moment ago, from the first one on and a step apart. */
    public static boolean areFree(int first, int step, int count) {
        for (int i = 0; i < count; i++) {
            if (!isFree(first + i * step)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException inUse) {
            return false;
        }
    }
}
