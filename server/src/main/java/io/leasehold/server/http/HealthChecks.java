package io.leasehold.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * {@code GET /livez} and {@code GET /readyz}: a list of named checks, run one after the other; all must pass. {@code verbose}
 * lists them, {@code exclude=name} leaves one out, {@code /readyz/name} runs one alone.
 */
public final class HealthChecks implements HttpEndpoint {
    /** One check: tells what is wrong, nothing if all is well, on any thread. */
    @FunctionalInterface
    public interface Check {
        /** Runs the check once. */
        void run(Consumer<Optional<String>> result);
    }

    /** A check and the name it is listed under. */
    public record NamedCheck(String name, Check check) {}

    private final String root;
    private final List<NamedCheck> checks;
    private final HealthTold told;

    /**
     * Serves the checks, in this order, below a path.
     *
     * @param root the path, such as {@code /readyz}
     * @param told hears how each check ends
     */
    public HealthChecks(String root, List<NamedCheck> checks, HealthTold told) {
        this.root = root;
        this.checks = List.copyOf(checks);
        this.told = told;
    }

    /** {@code /livez}: whether the process is worth keeping. */
    public static HealthChecks livez(MemberHealth member, HealthTold told) {
        return new HealthChecks("/livez", List.of(serializableRead(member)), told);
    }

    /** {@code /readyz}: whether the member should be sent requests. A full store does not make it unready. */
    public static HealthChecks readyz(MemberHealth member, HealthTold told) {
        return new HealthChecks(
                "/readyz",
                List.of(
                        new NamedCheck(
                                "data_corruption",
                                result -> result.accept(
                                        failure(member.alarms().contains("CORRUPT"), "alarm activated: CORRUPT"))),
                        serializableRead(member),
                        new NamedCheck("linearizable_read", result -> member.tryRead(true, result)),
                        new NamedCheck(
                                "non_learner",
                                result -> result.accept(failure(member.isLearner(), "local member is a learner")))),
                told);
    }

    private static NamedCheck serializableRead(MemberHealth member) {
        return new NamedCheck("serializable_read", result -> member.tryRead(false, result));
    }

    private static Optional<String> failure(boolean failed, String reason) {
        return failed ? Optional.of(reason) : Optional.empty();
    }

    @Override
    public boolean serves(String path) {
        return path.equals(root) || path.startsWith(root + "/");
    }

    @Override
    public void handle(HttpCall call) {
        List<NamedCheck> chosen = choose(call);
        if (chosen.isEmpty() && !call.path().equals(root)) {
            call.respond(HttpReply.notFound());
        } else if (!call.method().equals("GET")) {
            call.respond(HttpReply.onlyGet());
        } else {
            boolean verbose = call.query().containsKey("verbose");
            runFrom(0, chosen, new ArrayList<>(), true, (lines, passed) -> call.respond(reply(lines, passed, verbose)));
        }
    }

    private List<NamedCheck> choose(HttpCall call) {
        if (call.path().equals(root)) {
            Set<String> excluded = Set.copyOf(call.query().getOrDefault("exclude", List.of()));
            return checks.stream()
                    .filter(check -> !excluded.contains(check.name()))
                    .toList();
        }
        String name = call.path().substring(root.length() + 1);
        return checks.stream().filter(check -> check.name().equals(name)).toList();
    }

    private interface Finish {
        void accept(List<String> lines, boolean passed);
    }

    private void runFrom(int at, List<NamedCheck> checks, List<String> lines, boolean passed, Finish finish) {
        if (at == checks.size()) {
            finish.accept(lines, passed);
            return;
        }
        NamedCheck check = checks.get(at);
        check.check().run(failure -> {
            told.check(root.substring(1), check.name(), failure.isEmpty());
            lines.add(failure.map(reason -> "[-]" + check.name() + " failed: " + reason)
                    .orElse("[+]" + check.name() + " ok"));
            runFrom(at + 1, checks, lines, passed && failure.isEmpty(), finish);
        });
    }

    private static HttpReply reply(List<String> lines, boolean passed, boolean verbose) {
        String list = String.join("\n", lines) + (lines.isEmpty() ? "" : "\n");
        return passed ? HttpReply.text(200, verbose ? list + "ok\n" : "ok\n") : HttpReply.text(503, list);
    }
}
