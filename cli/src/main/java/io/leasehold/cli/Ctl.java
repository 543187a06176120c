package io.leasehold.cli;

import io.leasehold.cli.output.GoText;
import io.leasehold.cli.output.Output;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of all commands: the flags that each of them takes, and what it works with. One thread. */
@Command(
        name = "leaseholdctl",
        synopsisHeading = "Usage: ",
        description = "A client for Leasehold and every other etcd v3 server.",
        footer = {
            "",
            "  leaseholdctl put greeting hello",
            "  leaseholdctl get greeting",
            "  leaseholdctl lease grant 60"
        })
public final class Ctl implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--endpoints",
            scope = ScopeType.INHERIT,
            split = ",",
            paramLabel = "<host:port>",
            defaultValue = "127.0.0.1:2379",
            description = "where the servers are")
    List<String> endpoints = List.of();

    @Option(
            names = {"-w", "--write-out"},
            scope = ScopeType.INHERIT,
            defaultValue = "simple",
            paramLabel = "<format>",
            description = "simple, json, fields, table or protobuf")
    String format = "simple";

    @Option(
            names = "--hex",
            scope = ScopeType.INHERIT,
            arity = "0..1",
            fallbackValue = "true",
            description = "print bytes in hexadecimal")
    boolean hex;

    @Option(
            names = "--dial-timeout",
            scope = ScopeType.INHERIT,
            defaultValue = "2s",
            description = "longest wait for a connection")
    Duration dialTimeout = Duration.ofSeconds(2);

    @Option(
            names = "--command-timeout",
            scope = ScopeType.INHERIT,
            defaultValue = "5s",
            description = "longest wait for an answer")
    Duration commandTimeout = Duration.ofSeconds(5);

    @Option(
            names = "--keepalive-time",
            scope = ScopeType.INHERIT,
            defaultValue = "2s",
            description = "time between pings")
    Duration keepaliveTime = Duration.ofSeconds(2);

    @Option(
            names = "--keepalive-timeout",
            scope = ScopeType.INHERIT,
            defaultValue = "6s",
            description = "longest wait for their answer")
    Duration keepaliveTimeout = Duration.ofSeconds(6);

    @Option(
            names = "--cacert",
            scope = ScopeType.INHERIT,
            defaultValue = "",
            description = "PEM file of trusted authorities")
    String cacert = "";

    @Option(
            names = "--cert",
            scope = ScopeType.INHERIT,
            defaultValue = "",
            description = "PEM file of the certificate to show")
    String cert = "";

    @Option(names = "--key", scope = ScopeType.INHERIT, defaultValue = "", description = "PEM file of its key")
    String key = "";

    @Option(
            names = "--insecure-transport",
            scope = ScopeType.INHERIT,
            arity = "0..1",
            defaultValue = "true",
            fallbackValue = "true",
            description = "no TLS unless certificates or https say so")
    boolean insecureTransport = true;

    @Option(
            names = "--insecure-skip-tls-verify",
            scope = ScopeType.INHERIT,
            arity = "0..1",
            fallbackValue = "true",
            description = "trust every server")
    boolean insecureSkipTlsVerify;

    @Option(names = "--user", scope = ScopeType.INHERIT, defaultValue = "", description = "name or name:password")
    String user = "";

    @Option(names = "--password", scope = ScopeType.INHERIT, defaultValue = "", description = "the user's password")
    String password = "";

    @Option(
            names = "--auth-jwt-token",
            scope = ScopeType.INHERIT,
            defaultValue = "",
            description = "a token in place of a password")
    String token = "";

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            arity = "0..1",
            fallbackValue = "true",
            description = "tell more on stderr")
    boolean debug;

    @Option(
            names = {"-h", "--help"},
            scope = ScopeType.INHERIT,
            usageHelp = true,
            description = "show this help")
    boolean help;

    private final Surroundings surroundings;

    /**
     * What a command may use of its process.
     *
     * @param environment variables
     */
    public record Surroundings(InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {}

    Ctl(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Without a command: what there is. */
    @Override
    public void run() {
        spec.commandLine().usage(surroundings.out());
    }

    Surroundings surroundings() {
        return surroundings;
    }

    /** Standard input. */
    public InputStream in() {
        return surroundings.in();
    }

    /** Standard output, raw. */
    public PrintStream out() {
        return surroundings.out();
    }

    /** Standard error. */
    public PrintStream err() {
        return surroundings.err();
    }

    /** An environment variable; empty when it is not set. */
    public String variable(String name) {
        return surroundings.environment().getOrDefault(name, "");
    }

    /** Answers in the format asked for. */
    public Output output() {
        return new Output(surroundings.out(), format, hex);
    }

    /** The endpoints asked for, without blanks. */
    public List<String> endpoints() {
        return endpoints.stream()
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    /** Longest wait for an answer of a unary call. */
    public Duration commandTimeout() {
        return commandTimeout;
    }

    /** A connection to whichever of the endpoints answers first. */
    public Connection connect() {
        return Connection.open(this, endpoints());
    }

    /** A connection to one endpoint. */
    public Connection connect(String endpoint) {
        return Connection.open(this, List.of(endpoint));
    }

    /** A name as Go's {@code %q}, for messages. */
    static String quoted(String text) {
        return GoText.quoted(text.getBytes(StandardCharsets.UTF_8));
    }
}
