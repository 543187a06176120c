package io.leasehold.faults.cluster;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which process has a connection, as Linux tells under /proc: members all dial the same advertised address, so this is how a
 * proxy knows who calls. Needs to be the same user as the processes, or root.
 */
final class SocketOwners {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    // Columns of the kernel's table of TCP sockets.
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int INODE = 9;

    private SocketOwners() {}

    /** Whether the process has the connection from one port of loopback to another. */
    static boolean owns(long pid, int localPort, int remotePort) {
        return inode(localPort, remotePort).filter(inode -> hasOpen(pid, inode)).isPresent();
    }

    private static Optional<String> inode(int localPort, int remotePort) {
        return TABLES.stream()
                .flatMap(SocketOwners::lines)
                .map(line -> BLANKS.split(line.strip(), -1))
                .filter(columns -> columns.length > INODE
                        && endsWithPort(columns[LOCAL], localPort)
                        && endsWithPort(columns[REMOTE], remotePort))
                .map(columns -> columns[INODE])
                .findFirst();
    }

    /** None where the kernel has no such table. */
    private static Stream<String> lines(Path table) {
        try {
            return Files.readAllLines(table).stream();
        } catch (IOException noSuchTable) {
            return Stream.empty();
        }
    }

    private static boolean endsWithPort(String address, int port) {
        return address.endsWith(":" + String.format(Locale.ROOT, "%04X", port));
    }

    private static boolean hasOpen(long pid, String inode) {
        Path wanted = Path.of("socket:[" + inode + "]");
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path descriptor : descriptors) {
                if (isLinkTo(descriptor, wanted)) {
                    return true;
                }
            }
        } catch (IOException processIsGone) {
            return false;
        }
        return false;
    }

    private static boolean isLinkTo(Path descriptor, Path wanted) {
        try {
            return Files.readSymbolicLink(descriptor).equals(wanted);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
