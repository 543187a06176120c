package io.leasehold.cli;

import io.grpc.MethodDescriptor;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.GoText;
import io.leasehold.cli.output.Output;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What every command works with: the flags that each of them takes, its streams, connections. One thread. */
public final class Ctl {
    private final Flag<Boolean> debug;
    private final Login login;
    private final Flag<String> endpoints;
    private final Flag<String> format;
    private final Flag<Boolean> hex;
    private final Flag<Duration> dialTimeout;
    private final Flag<Duration> commandTimeout;
    private final Flag<String> discoveryDomain;
    private final Flag<String> discoveryName;
    private final Flag<Boolean> insecureDiscovery;
    private final Flag<Boolean> help;
    private final List<Flag<?>> all;
    private final Surroundings surroundings;
    private int exitCode;

    /**
     * What a command may use of its process.
     *
     * @param environment variables
     * @param program what it is called, for messages
     * @param commands those that there are
     * @param audience who is there
     */
    public record Surroundings(
            InputStream in,
            PrintStream out,
            PrintStream err,
            Map<String, String> environment,
            String program,
            List<Entry> commands,
            Audience audience) {
        public Surroundings {
            environment = Map.copyOf(environment);
            commands = List.copyOf(commands);
        }

        /** Whether people read stdout and stderr as they are written. */
        boolean isTerminal() {
            return audience != Audience.NOBODY;
        }

        /** Whether they also type. */
        boolean isInteractive() {
            return audience == Audience.TYPIST || isShell();
        }

        /** Whether the command is a line of a shell, which goes on when the command ends. */
        boolean isShell() {
            return audience == Audience.SHELL;
        }

        /** The same for the lines of a shell. */
        Surroundings inShell() {
            return new Surroundings(in, out, err, environment, program, commands, Audience.SHELL);
        }
    }

    /** Who is there while a command runs. */
    public enum Audience {
        /** A script. */
        NOBODY,
        /** Somebody who reads stdout and stderr as they are written. */
        READER,
        /** Somebody who also types, so that the program without a command is a shell. */
        TYPIST,
        /** Somebody in that shell. */
        SHELL
    }

    Ctl(Surroundings surroundings, Flags flags) {
        this.surroundings = surroundings;
        endpoints = flags.text("endpoints", "host:port,...", "127.0.0.1:2379", "where the servers are")
                .orSeveral();
        format = flags.text("write-out", "format", "simple", "simple, json, fields, table or protobuf")
                .orShort("w")
                .choices("simple", "json", "fields", "table", "protobuf");
        hex = flags.toggle("hex", "print bytes in hexadecimal");
        dialTimeout = flags.duration("dial-timeout", "2s", "longest wait for a connection");
        commandTimeout = flags.duration("command-timeout", "5s", "longest wait for an answer");
        login = new Login(flags, "");
        discoveryDomain = flags.text("discovery-srv", "domain", "find the servers by this domain's SRV records")
                .orShort("d");
        discoveryName = flags.text("discovery-srv-name", "name", "appended to the names of those records");
        insecureDiscovery = flags.toggle("insecure-discovery", true, "also take servers without TLS that were found");
        debug = flags.toggle("debug", "tell more on stderr");
        help = flags.toggle("help", "show this help").orShort("h");
        if (isOffline()) {
            flags.duration("timeout", "10s", "etcdutl's: has no meaning here");
        }
        all = List.copyOf(flags.all());
    }

    boolean isHelpWanted() {
        return help.value();
    }

    /** Whether it was called etcdutl, whose commands ask no server. */
    public boolean isOffline() {
        return Commands.isOffline(surroundings.program());
    }

    /** Whether more is to be told. */
    boolean isDebug() {
        return debug.value();
    }

    /** Refuses flags that are given and empty, as etcdctl does: a script's variable was not set. */
    void check() {
        for (Flag<String> file : List.of(login.cacert, login.cert, login.key)) {
            if (file.isGiven() && file.value().isEmpty()) {
                throw Arguments.bad("empty string is passed to --" + file.name() + " option");
            }
        }
        if (debug.value()) {
            all.stream()
                    .filter(flag -> !flag.equals(help))
                    .sorted(Comparator.comparing(Flag::name))
                    .forEach(flag -> err().println(asVariable(flag)));
        }
    }

    /** A flag as the environment would have it; what a log must not keep is left out. */
    private String asVariable(Flag<?> flag) {
        String variable = "ETCDCTL_" + flag.name().toUpperCase(Locale.ROOT).replace('-', '_') + "=";
        if (flag.equals(login.user)) {
            return variable + login.user.value().split(":", 2)[0];
        }
        if (flag.equals(endpoints)) {
            return variable + "[" + String.join(",", endpoints()) + "]";
        }
        boolean isSecret = flag.equals(login.password) || flag.equals(login.token);
        return variable + (isSecret && !flag.text().isEmpty() ? "***" : flag.text());
    }

    /** Ends the program with this code when the command is done; 0 unless said otherwise. */
    public void exitWith(int code) {
        exitCode = code;
    }

    int exitCode() {
        return exitCode;
    }

    /** From now on signals end the process at once, as they end others; in a shell they end the command. */
    public void endBySignals() {
        if (!surroundings.isShell()) {
            Signals.leaveToSystem();
        }
    }

    /** What it works with, for a shell that runs further commands. */
    public Surroundings surroundings() {
        return surroundings;
    }

    /** Whether people read what is printed as it is written: only then are there colours and progress. */
    public boolean isTerminal() {
        return surroundings.isTerminal();
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
        return new Output(surroundings.out(), format.value(), hex.value());
    }

    /** The endpoints asked for, without blanks. */
    public List<String> endpoints() {
        if (!discoveryDomain.value().isEmpty() && !endpoints.isGiven()) {
            return Discovery.endpoints(discoveryDomain.value(), discoveryName.value(), insecureDiscovery.value());
        }
        return Arrays.stream(endpoints.value().split(",", -1))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    /** Longest wait for an answer of a unary call. */
    public Duration commandTimeout() {
        return commandTimeout.value();
    }

    /** Longest wait for an answer, if one was given; for commands that otherwise wait for ever. */
    public Optional<Duration> commandTimeoutGiven() {
        return commandTimeout.isGiven() ? Optional.of(commandTimeout.value()) : Optional.empty();
    }

    /** Longest wait for a connection. */
    public Duration dialTimeout() {
        return dialTimeout.value();
    }

    /** A connection to whichever of the endpoints answers first. */
    public Connection connect() {
        return Connection.open(this, login, endpoints());
    }

    /** Makes one call on a connection of its own and prints what is made of its answer. */
    public <Q, R> void ask(MethodDescriptor<Q, R> method, Q request, Function<R, Answer> answer) {
        Output output = output();
        R response;
        try (Connection connection = connect()) {
            response = connection.call(method, request);
        }
        // Whoever reads the answer may take it for the end of the command: nothing is left to do behind it.
        output.print(answer.apply(response));
    }

    /** Likewise, for a call that may take as long as it takes. */
    public <Q, R> void askPatiently(MethodDescriptor<Q, R> method, Q request, Function<R, Answer> answer) {
        Output output = output();
        R response;
        try (Connection connection = connect()) {
            response = connection.callWithoutDeadline(method, request);
        }
        output.print(answer.apply(response));
    }

    /** A connection to one endpoint. */
    public Connection connect(String endpoint) {
        return Connection.open(this, login, List.of(endpoint));
    }

    /** A connection to one endpoint of another cluster. */
    public Connection connect(String endpoint, Login other) {
        return Connection.open(this, other, List.of(endpoint));
    }

    /** A name as Go's {@code %q}, for messages. */
    public static String quoted(String text) {
        return GoText.quoted(text.getBytes(StandardCharsets.UTF_8));
    }
}
