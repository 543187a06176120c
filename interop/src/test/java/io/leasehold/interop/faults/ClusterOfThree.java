package io.leasehold.interop.faults;

import io.grpc.StatusRuntimeException;
import io.leasehold.interop.Await;
import io.leasehold.interop.LoopbackPorts;
import io.leasehold.interop.ServerTarget;
import io.leasehold.protocol.etcdserverpb.HashKVRequest;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.StatusRequest;
import io.leasehold.protocol.etcdserverpb.StatusResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Members of one cluster as child processes on loopback: three at first, more when they are added. Whoever makes one closes
 * it. Used by one thread.
 */
final class ClusterOfThree implements AutoCloseable {
    /** A change of leader on a machine that does much else. */
    static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Three starts there. */
    private static final Duration READY_LIMIT = Duration.ofMinutes(4);

    private final Path home;
    private final List<Node> nodes = new ArrayList<>();

    /** One member. */
    final class Node {
        final String name;
        final int clientPort = LoopbackPorts.draw();
        final int peerPort = LoopbackPorts.draw();
        private @Nullable Process process;

        Node(String name) {
            this.name = name;
        }

        String endpoint() {
            return "127.0.0.1:" + clientPort;
        }

        String peerUrl() {
            return "http://127.0.0.1:" + peerPort;
        }

        /** Starts the process; on its old directory if there is one. */
        void start(String clusterState, String... flags) {
            List<String> command =
                    new ArrayList<>(List.of(ServerTarget.launcher().toString(), "server", "--name", name));
            command.addAll(List.of("--data-dir", home.resolve(name).toString()));
            command.addAll(List.of("--listen-client-urls", "http://" + endpoint()));
            command.addAll(List.of("--advertise-client-urls", "http://" + endpoint()));
            command.addAll(List.of("--listen-peer-urls", peerUrl()));
            command.addAll(List.of("--initial-advertise-peer-urls", peerUrl()));
            command.addAll(List.of("--initial-cluster", initialCluster()));
            command.addAll(List.of("--initial-cluster-state", clusterState));
            command.addAll(List.of(flags));
            Path log = home.resolve(name + ".log");
            try {
                process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Deletes its data directory; it does not run. */
        void loseDirectory() {
            delete(home.resolve(name));
        }

        boolean isAlive() {
            return process != null && process.isAlive();
        }

        /** kill -9. */
        void kill() {
            signal("KILL");
            awaitEnd();
        }

        /** SIGTERM; the exit code. */
        int stop() {
            signal("TERM");
            return awaitEnd();
        }

        void signal(String name) {
            try {
                new ProcessBuilder("kill", "-" + name, Long.toString(running().pid()))
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        int awaitEnd() {
            try {
                if (!running().waitFor(60, TimeUnit.SECONDS)) {
                    throw new IllegalStateException(name + " does not end");
                }
                return running().exitValue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        /** What it has printed. */
        String output() {
            try {
                return Files.readString(home.resolve(name + ".log"), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Optional<StatusResponse> status() {
            try (Connection connection = new Connection(endpoint())) {
                return Optional.of(MaintenanceGrpc.newBlockingStub(connection.channel())
                        .withDeadlineAfter(2, TimeUnit.SECONDS)
                        .status(StatusRequest.getDefaultInstance()));
            } catch (StatusRuntimeException notNow) {
                return Optional.empty();
            }
        }

        private int hash(long revision) {
            try (Connection connection = new Connection(endpoint())) {
                return MaintenanceGrpc.newBlockingStub(connection.channel())
                        .withDeadlineAfter(10, TimeUnit.SECONDS)
                        .hashKV(HashKVRequest.newBuilder().setRevision(revision).build())
                        .getHash();
            }
        }

        /** Whether it runs, and says that it is the leader. */
        boolean leads() {
            return isAlive()
                    && status().filter(status ->
                                    status.getLeader() == status.getHeader().getMemberId())
                            .isPresent();
        }

        private Process running() {
            if (process == null) {
                throw new IllegalStateException(name + " was never started");
            }
            return process;
        }
    }

    private ClusterOfThree(Path home) {
        this.home = home;
    }

    /** Starts three members and waits until they have a leader and serve. */
    static ClusterOfThree start() {
        try {
            ClusterOfThree cluster = new ClusterOfThree(Files.createTempDirectory("leasehold-cluster-"));
            for (int i = 1; i <= 3; i++) {
                cluster.nodes.add(cluster.new Node("m" + i));
            }
            try {
                cluster.nodes.forEach(node -> node.start("new"));
                cluster.awaitReady();
            } catch (RuntimeException | AssertionError failed) {
                cluster.close();
                throw failed;
            }
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Node> nodes() {
        return List.copyOf(nodes);
    }

    /** A member that is not started yet. */
    Node newNode(String name) {
        Node node = new Node(name);
        nodes.add(node);
        return node;
    }

    /** Forgets a member that was removed. */
    void forget(Node node) {
        nodes.remove(node);
    }

    /** Waits until every running member answers and all name the same leader. */
    void awaitReady() {
        Await.until("the cluster", READY_LIMIT, () -> {
            List<Long> leaders = nodes.stream()
                    .filter(Node::isAlive)
                    .map(node -> node.status().map(StatusResponse::getLeader).orElse(0L))
                    .distinct()
                    .toList();
            return leaders.size() == 1 && leaders.get(0) != 0;
        });
    }

    /** The member that leads, as it says itself; waits for one. */
    Node leader() {
        Await.until("a leader", READY_LIMIT, () -> nodes.stream().anyMatch(Node::leads));
        return nodes.stream().filter(Node::leads).findFirst().orElseGet(this::leader);
    }

    /** A member that leads and one that follows it. */
    record Roles(Node leader, Node follower) {}

    /**
     * Who leads and who follows, by one look: leadership may go from one to the other between two. Right behind the start of
     * a busy machine it does.
     */
    Roles roles() {
        Node leader = leader();
        Node follower = nodes.stream()
                .filter(node -> node != leader && node.isAlive())
                .findFirst()
                .orElseThrow();
        return new Roles(leader, follower);
    }

    /** Waits until all members have the same keys and values at the revision that all of them have. */
    void awaitEqualMembers() {
        Await.until("equal members", READY_LIMIT, () -> {
            OptionalLong revision = nodes.stream()
                    .mapToLong(node -> node.status()
                            .map(status -> status.getHeader().getRevision())
                            .orElse(0L))
                    .min();
            return nodes.stream()
                            .map(node -> node.hash(revision.orElse(0)))
                            .distinct()
                            .count()
                    == 1;
        });
    }

    /** What a call gives at last, which may be repeated and which members without a leader refuse for a while. */
    static <T> T patiently(Supplier<T> call) {
        List<T> answers = new ArrayList<>(1);
        Await.until("an answer", PATIENCE, () -> succeeds(() -> answers.add(call.get())));
        return answers.getFirst();
    }

    /** Whether a call does, which members without a leader refuse for a while. */
    static boolean succeeds(Runnable call) {
        try {
            call.run();
            return true;
        } catch (StatusRuntimeException notYet) {
            return false;
        }
    }

    String initialCluster() {
        return String.join(
                ",",
                nodes.stream().map(node -> node.name + "=" + node.peerUrl()).toList());
    }

    @Override
    public void close() {
        nodes.stream().filter(Node::isAlive).forEach(node -> {
            node.signal("CONT");
            node.kill();
        });
        delete(home);
    }

    private static void delete(Path tree) {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException goneAlready) {
            // What is left lies in the system's directory for temporary files, whose owner cleans it.
            return;
        }
    }
}
