package io.leasehold.interop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program that can be started as a server. Both understand the same flags, so they differ in their command only. */
public enum ServerTarget {
    /** Leasehold, through its launcher. */
    LEASEHOLD,
    /** Debian's etcd, which shows what is expected. */
    ETCD;

    /** The target that the system property {@code interop.target} names; Leasehold when it names none. */
    public static ServerTarget configured() {
        String name = System.getProperty("interop.target", "leasehold");
        return switch (name) {
            case "leasehold" -> LEASEHOLD;
            case "etcd" -> ETCD;
            default -> throw new IllegalArgumentException("interop.target: expected leasehold or etcd, got " + name);
        };
    }

    /** The words that start this server, before its flags. */
    public List<String> command() {
        return switch (this) {
            case LEASEHOLD -> List.of(launcher().toString(), "server");
            case ETCD -> List.of("/usr/bin/etcd");
        };
    }

    /** The flags of a single member that serves {@code clientPort} on loopback and keeps its data in a directory. */
    List<String> flags(Path dataDirectory, int clientPort, int peerPort) {
        String clientUrl = "http://127.0.0.1:" + clientPort;
        String peerUrl = "http://127.0.0.1:" + peerPort;
        List<String> flags = new ArrayList<>(List.of("--name", "n1", "--data-dir", dataDirectory.toString()));
        flags.addAll(List.of("--listen-client-urls", clientUrl, "--advertise-client-urls", clientUrl));
        flags.addAll(List.of("--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl));
        flags.addAll(List.of("--initial-cluster", "n1=" + peerUrl));
        return flags;
    }

    /** Where the launcher is: the system property {@code interop.launcher}, else {@code leasehold} in or above here. */
    public static Path launcher() {
        String configured = System.getProperty("interop.launcher");
        if (configured != null) {
            return Path.of(configured).toAbsolutePath();
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isExecutable(at.resolve("leasehold"))) {
                return at.resolve("leasehold");
            }
        }
        throw new IllegalStateException(
                "no launcher named leasehold in or above " + Path.of("").toAbsolutePath());
    }
}
