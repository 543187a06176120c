package io.leasehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.terminal.Screen;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Whole command lines against the server of the training run, which knows every key as its own value. */
class CommandRunTest {
    private static final Server SERVER = serving();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private static Server serving() {
        try {
            return TrainingServer.services(
                            NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void end() {
        SERVER.shutdownNow();
    }

    private Ctl.Surroundings surroundings(boolean isTerminal) {
        return surroundings(Map.of(), isTerminal);
    }

    private Ctl.Surroundings surroundings(Map<String, String> environment, boolean isTerminal) {
        return new Ctl.Surroundings(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                "leaseholdctl",
                Commands.of("leaseholdctl"),
                isTerminal ? Ctl.Audience.TYPIST : Ctl.Audience.NOBODY);
    }

    private int run(Map<String, String> environment, String... words) {
        return new CommandRun(surroundings(environment, false)).run(List.of(words));
    }

    private int run(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--endpoints=127.0.0.1:" + SERVER.getPort());
        return run(Map.of(), all.toArray(new String[0]));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_get_prints_key_and_value() {
        assertThat(run("get", "greeting")).isZero();
        assertThat(printed()).isEqualTo("greeting\ngreeting\n");
    }

    @Test
    void formats_are_etcdctls_byte_by_byte() {
        assertThat(run("get", "a", "-w", "json")).isZero();
        assertThat(printed())
                .isEqualTo("{\"header\":{\"cluster_id\":1,\"member_id\":1,\"revision\":1,\"raft_term\":1},"
                        + "\"kvs\":[{\"key\":\"YQ==\",\"version\":1,\"value\":\"YQ==\"}],\"count\":1}\n");
        out.reset();
        assertThat(run("get", "a\t\"", "-w", "fields")).isZero();
        assertThat(printed())
                .isEqualTo("\"ClusterID\" : 1\n\"MemberID\" : 1\n\"Revision\" : 1\n\"RaftTerm\" : 1\n"
                        + "\"Key\" : \"a\\t\\\"\"\n\"CreateRevision\" : 0\n\"ModRevision\" : 0\n\"Version\" : 1\n"
                        + "\"Value\" : \"a\\t\\\"\"\n\"Lease\" : 0\n\"More\" : false\n\"Count\" : 1\n");
        out.reset();
        assertThat(run("get", "ab", "--hex")).isZero();
        assertThat(printed()).isEqualTo("\\x61\\x62\n\\x61\\x62\n");
        out.reset();
        assertThat(run("lease", "grant", "60", "--hex", "-w", "fields")).isZero();
        assertThat(printed()).contains("\"ClusterID\" : 1\n", "\"ID\" : 0000000000000001\n");
        out.reset();
        assertThat(run("get", "ab", "--print-value-only")).isZero();
        assertThat(printed()).isEqualTo("ab\n");
    }

    @Test
    void a_third_argument_of_put_is_left_out_with_a_warning() {
        assertThat(run("put", "k", "a", "b")).isZero();
        assertThat(printed()).isEqualTo("OK\n");
        assertThat(errors()).startsWith("Warning: ");
    }

    @Test
    void a_put_without_value_and_with_empty_stdin_is_refused() {
        assertThat(run("put", "k")).isEqualTo(128);
        assertThat(errors()).isEqualTo("Error: put command needs 1 argument and input from stdin or 2 arguments\n");
    }

    @Test
    void a_lease_is_granted_in_one_line() {
        assertThat(run("lease", "grant", "60")).isZero();
        assertThat(printed()).isEqualTo("lease 0000000000000001 granted with TTL(60s)\n");
        assertThat(run("lease", "grant", "abc")).isEqualTo(128);
    }

    @Test
    void beginnings_of_commands_do_when_they_are_the_only_one() {
        assertThat(run("lea", "gra", "5")).isZero();
        assertThat(printed()).contains("granted with TTL(5s)");
        assertThat(run("e", "status")).isEqualTo(1);
        assertThat(errors()).contains("unknown command \"e\" for \"leaseholdctl\"");
    }

    @Test
    void flags_may_stand_before_the_command() {
        assertThat(run("-w", "json", "--hex", "get", "a")).isZero();
        assertThat(printed()).startsWith("{\"header\"");
    }

    @Test
    void an_endpoint_that_says_http_has_no_tls_whatever_the_flags_say() {
        String address = "127.0.0.1:" + SERVER.getPort();
        assertThat(run(Map.of(), "get", "a", "--insecure-skip-tls-verify", "--endpoints=http://" + address))
                .isZero();
        assertThat(run(Map.of(), "get", "a", "--insecure-transport=false", "--endpoints=http://" + address))
                .isZero();
        assertThat(run(
                        Map.of(),
                        "get",
                        "a",
                        "--insecure-skip-tls-verify",
                        "--command-timeout=1s",
                        "--endpoints=" + address))
                .isEqualTo(1);
    }

    @Test
    void a_format_that_does_not_exist_is_refused_before_anything_is_asked() {
        assertThat(run(Map.of(), "put", "a", "b", "-w", "xml", "--endpoints=127.0.0.1:1"))
                .isEqualTo(4);
        assertThat(errors()).isEqualTo("Error: unsupported output format\n");
    }

    @Test
    void misspelt_commands_and_flags_are_answered_with_what_was_meant() {
        assertThat(run("gte", "a")).isEqualTo(1);
        assertThat(errors()).isEqualTo("Error: unknown command \"gte\" for \"leaseholdctl\"\nDid you mean get?\n");
        err.reset();
        assertThat(run("get", "a", "--prefx")).isEqualTo(1);
        assertThat(errors()).isEqualTo("Error: unknown flag: --prefx\nDid you mean --prefix?\n");
        err.reset();
        assertThat(run("lease", "gratn")).isZero();
        assertThat(errors()).contains("unknown command \"gratn\" for \"leaseholdctl lease\"\nDid you mean grant?\n");
        assertThat(printed()).contains("Usage: leaseholdctl lease <command>");
    }

    @Test
    void the_environment_gives_flags_unless_they_are_given() {
        String endpoint = "127.0.0.1:" + SERVER.getPort();

        assertThat(run(Map.of("ETCDCTL_ENDPOINTS", endpoint, "ETCDCTL_API", "3"), "get", "a"))
                .isZero();
        assertThat(printed()).isEqualTo("a\na\n");
        assertThat(run(Map.of("ETCDCTL_ENDPOINTS", endpoint), "get", "a", "--endpoints=x:1"))
                .isEqualTo(1);
        assertThat(errors())
                .isEqualTo("Error: conflicting environment variable \"ETCDCTL_ENDPOINTS\" is shadowed by corresponding"
                        + " command-line flag (either unset environment variable or disable flag)\n");
        err.reset();
        assertThat(run(Map.of("ETCDCTL_FOO", "x"), "version")).isZero();
        assertThat(errors()).isEqualTo("unrecognized environment variable ETCDCTL_FOO=x\n");
        err.reset();
        assertThat(run(Map.of("ETCDCTL_DIAL_TIMEOUT", "xx"), "version")).isEqualTo(1);
    }

    @Test
    void each_endpoint_is_asked_by_itself() {
        String alive = "127.0.0.1:" + SERVER.getPort();

        assertThat(run(Map.of(), "endpoint", "status", "--endpoints=" + alive + ",127.0.0.1:1", "--command-timeout=2s"))
                .isEqualTo(1);
        assertThat(printed()).startsWith(alive + ", 1, 3, 1 B, ").hasLineCount(1);
        assertThat(errors()).startsWith("Failed to get the status of endpoint 127.0.0.1:1 (");
    }

    @Test
    void an_empty_file_name_for_tls_is_refused() {
        assertThat(run("get", "a", "--cacert=")).isEqualTo(128);
        assertThat(errors()).isEqualTo("Error: empty string is passed to --cacert option\n");
    }

    @Test
    void every_command_has_help_with_an_example() {
        for (Entry entry : Commands.of("leaseholdctl")) {
            List<String> paths = new ArrayList<>();
            if (entry instanceof Entry.Group group) {
                group.below().forEach(below -> paths.add(group.name() + " " + below.name()));
            } else {
                paths.add(entry.name());
            }
            for (String path : paths) {
                out.reset();
                List<String> words = new ArrayList<>(List.of(path.split(" ", -1)));
                words.add("--help");
                assertThat(run(words.toArray(new String[0]))).as(path).isZero();
                assertThat(printed())
                        .as(path)
                        .contains("Usage: leaseholdctl " + path)
                        .contains("Examples:\n  ");
            }
        }
    }

    @Test
    void without_a_command_there_is_a_list_of_them() {
        assertThat(run(Map.of())).isZero();
        assertThat(printed()).contains("Commands:\n", "  make-mirror ", "  lease ", "--endpoints=");
    }

    @Test
    void bash_accepts_the_completion_script() throws IOException, InterruptedException {
        assertThat(run(Map.of(), "completion", "bash")).isZero();

        Process bash =
                new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
        bash.getOutputStream().write(out.toByteArray());
        bash.getOutputStream().close();
        String complaints = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(complaints).isZero();
        assertThat(printed())
                .contains("\"lease\") candidates=\"grant revoke", "complete -o default -F _leaseholdctl etcdctl");
    }

    @Test
    void fish_and_zsh_have_scripts_and_other_shells_do_not() {
        assertThat(run(Map.of(), "completion", "fish")).isZero();
        assertThat(printed())
                .contains(
                        "complete -c leaseholdctl -f -n 'not __fish_seen_subcommand_from",
                        "complete -c etcdctl -w leaseholdctl\n");
        assertThat(run(Map.of(), "completion", "zsh")).isZero();
        assertThat(printed()).contains("#compdef leaseholdctl etcdctl\n");
        assertThat(run(Map.of(), "completion", "powershell")).isZero();
        assertThat(printed()).contains("Register-ArgumentCompleter -Native -CommandName 'leaseholdctl', 'etcdctl'");
        assertThat(run(Map.of(), "completion", "tcsh")).isEqualTo(1);
    }

    @Test
    void what_a_library_counts_for_etcdutl_is_refused_with_its_words_and_its_code() {
        assertThat(run(Map.of(), "hashkv")).isEqualTo(1);
        assertThat(errors()).isEqualTo("Error: accepts 1 arg(s), received 0\n");
        err.reset();
        assertThat(run(Map.of(), "migrate", "--target-version=")).isEqualTo(1);
        assertThat(errors()).isEqualTo("Error: required flag(s) \"data-dir\", \"target-version\" not set\n");
    }

    @Test
    void the_launchers_commands_are_completed_too() {
        Ctl.Surroundings surroundings = surroundings(false);

        assertThat(Completion.script("bash", Program.launcher(surroundings), surroundings))
                .contains("\"cluster\") candidates=\"up status", "\"cluster up\") candidates=\"--data-dir --members")
                .contains("\"ctl lease\") candidates=\"grant", "complete -o default -F _leasehold leasehold\n");
    }

    @Test
    void groups_refuse_flags_that_they_do_not_have() {
        assertThat(run("lease", "--prefix")).isEqualTo(1);
        assertThat(errors()).startsWith("Error: unknown flag: --prefix\n");
        assertThat(run("lease", "frob")).isZero();
    }

    @Test
    void debug_tells_every_flag_as_a_variable_but_no_secret() {
        run("get", "a", "--debug", "--user=root:secret", "--endpoints=localhost:1");

        assertThat(errors())
                .contains("ETCDCTL_COMMAND_TIMEOUT=5s\n", "ETCDCTL_USER=root\n", "ETCDCTL_ENDPOINTS=[localhost:1,")
                .doesNotContain("secret");
    }

    @Test
    void a_failed_connection_is_followed_by_what_to_do() {
        assertThat(Advice.on(deadlineAfter("cause=java.net.ConnectException: Connection refused"), ctl()))
                .hasValueSatisfying(advice -> assertThat(advice).contains("nothing listens at 127.0.0.1:2379"));
        assertThat(Advice.on(deadlineAfter("cause=NotSslRecordException: not an SSL/TLS record: 4854"), ctl()))
                .hasValueSatisfying(advice -> assertThat(advice).contains("speaks no TLS"));
        assertThat(Advice.on(deadlineAfter("buffered"), ctl()))
                .hasValueSatisfying(advice -> assertThat(advice).contains("no answer from"));
        assertThat(Advice.on(new CtlException(CtlException.Code.ERROR, "bad argument"), ctl()))
                .isEmpty();
    }

    private static CtlException deadlineAfter(String attempt) {
        String description = "deadline exceeded [" + attempt + "\n\tat a.b.c";
        return new CtlException(
                CtlException.Code.ERROR, "context deadline exceeded", new IllegalStateException(description));
    }

    private Ctl ctl() {
        return new Ctl(surroundings(true), new Flags());
    }

    @Test
    void words_that_are_no_commands_are_coloured() {
        ShellHighlighter highlighter = new ShellHighlighter(Commands.of("leaseholdctl"), new Screen.Style(true));

        assertThat(highlighter.coloured("lease grant --hex 60").toAnsi()).contains("\u001b[1mlease", "\u001b[36m--hex");
        assertThat(highlighter.coloured("lease grnat 60").toAnsi()).contains("\u001b[31mgrnat");
        assertThat(highlighter.coloured("le").toAnsi()).doesNotContain("\u001b[31m");
    }

    @Test
    void etcdutl_has_the_commands_that_need_no_server() {
        assertThat(Commands.of("etcdutl")).extracting(Entry::name).contains("snapshot", "hashkv", "defrag", "migrate");
        assertThat(Commands.of("etcdutl")).extracting(Entry::name).doesNotContain("get", "lease");
    }

    @Test
    void words_after_tab_are_commands_flags_keys_and_lease_ids() {
        String endpoint = "--endpoints=127.0.0.1:" + SERVER.getPort();
        ShellCompleter completer = new ShellCompleter(surroundings(true), List.of(endpoint));

        assertThat(completer.candidates(List.of(), "ge")).containsExactly("get");
        assertThat(completer.candidates(List.of("lease"), "g")).containsExactly("grant");
        assertThat(completer.candidates(List.of("get"), "--pre")).containsExactly("--prefix");
        assertThat(completer.candidates(List.of("get", "-w"), "j")).containsExactly("json");
        assertThat(completer.candidates(List.of("get"), "gr")).containsExactly("gr");
        assertThat(completer.candidates(List.of("lease", "revoke"), "")).containsExactly("0000000000000001");
    }
}
