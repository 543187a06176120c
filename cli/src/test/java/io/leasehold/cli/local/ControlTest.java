package io.leasehold.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What two processes of one cluster share: the socket and the directory. */
final class ControlTest {
    private static final long LIMIT_SECONDS = 60;

    @TempDir
    Path scratch = Path.of("");

    @Test
    void orders_and_answers_are_read_as_they_were_written() {
        Order order = new Order(Verb.KILL, "infra2", true);
        Answer answer = new Answer(false, List.of("one", "", "three"));

        assertThat(Order.parse(order.toLine())).contains(order);
        assertThat(Order.parse("kill infra2")).isEmpty();
        assertThat(Order.parse("jump\tinfra2\t")).isEmpty();
        assertThat(Answer.parse(answer.toText())).isEqualTo(answer);
        assertThat(Answer.parse("").done()).isFalse();
    }

    @Test
    void who_asks_gets_the_answer_and_the_socket_goes_with_its_directory() throws Exception {
        ControlSocket socket = ControlSocket.open();
        CompletableFuture<Answer> asked = CompletableFuture.supplyAsync(() -> ask(socket.path()));

        Optional<ControlSocket.Request> request = Optional.empty();
        while (request.isEmpty() && !asked.isDone()) {
            request = socket.poll();
            Thread.onSpinWait();
        }
        assertThat(request).map(ControlSocket.Request::order).contains(new Order(Verb.STATUS, "", false));
        request.orElseThrow().answer(Answer.done("all well"));

        assertThat(asked.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(Answer.done("all well"));
        socket.close();
        assertThat(socket.path()).doesNotExist();
        assertThat(socket.path().getParent()).doesNotExist();
    }

    private static Answer ask(Path path) {
        try {
            return ControlSocket.ask(path, new Order(Verb.STATUS, "", false));
        } catch (IOException e) {
            return Answer.failed(e.toString());
        }
    }

    @Test
    void a_directory_is_kept_by_one() throws IOException {
        Path path = scratch.resolve("deep").resolve("cluster");
        try (ClusterDirectory other = new ClusterDirectory(path)) {
            assertThat(other.isKept()).isFalse();
            try (ClusterDirectory mine = new ClusterDirectory(path)) {
                mine.create();
                assertThat(mine.lock()).isTrue();
                assertThat(other.isKept()).isTrue();
                assertThat(other.lock()).isFalse();
            }
            assertThat(other.isKept()).isFalse();
            assertThat(other.lock()).isTrue();
        }
    }

    @Test
    void what_a_directory_remembers_is_there_for_the_next_process() throws IOException {
        try (ClusterDirectory directory = new ClusterDirectory(scratch)) {
            directory.create();
            assertThat(directory.load()).isEmpty();
            LocalCluster cluster = LocalCluster.founded(3, 2379, false, "t");
            directory.save(cluster);
            directory.saveProcesses(List.of(new ChildProcess("infra1", 1, 2)));
            directory.saveControl(scratch.resolve("socket"));

            ClusterDirectory next = new ClusterDirectory(scratch);
            assertThat(next.load()).contains(cluster);
            assertThat(next.processes()).containsExactly(new ChildProcess("infra1", 1, 2));
            assertThat(next.control()).contains(scratch.resolve("socket"));
            next.forgetRunning();
            assertThat(next.processes()).isEmpty();
            assertThat(next.control()).isEmpty();
            assertThat(next.load()).contains(cluster);
        }
    }

    @Test
    void a_process_is_found_again_only_if_it_began_when_it_was_noted() {
        ProcessHandle self = ProcessHandle.current();
        ChildProcess noted = ChildProcess.of("infra1", self).orElseThrow();

        assertThat(ChildProcess.parseAll(ChildProcess.toText(List.of(noted)) + "garbage\n"))
                .containsExactly(noted);
        assertThat(noted.find()).contains(self);
        assertThat(new ChildProcess("infra1", noted.pid(), noted.startedMillis() + 10_000).find())
                .isEmpty();
    }

    @Test
    void the_last_line_of_a_long_file_is_found() throws IOException {
        Path file = scratch.resolve("log");
        Files.writeString(file, "x".repeat(100_000) + "\nthe last\n\n");

        assertThat(LastLine.of(file)).contains("the last");
        Files.writeString(file, "");
        assertThat(LastLine.of(file)).isEmpty();
    }
}
