package io.leasehold.cli;

import java.util.List;
import java.util.Optional;

/** What somebody at a terminal can do about an error. Pure functions. */
final class Advice {
    /** By a part of the error's own words, those that say most first. */
    private static final List<Hint> BY_ERROR = List.of(
            new Hint(
                    "user name is empty",
                    "this server wants to know who you are: --user=name, or ETCDCTL_USER=name:password"),
            new Hint("invalid auth token", "the login is not valid any more: --user=name gets another one"),
            new Hint(
                    "authentication failed",
                    "the name or the password is wrong: --user=name asks for it, ETCDCTL_USER=name:password has both"),
            new Hint(
                    "permission denied",
                    "\"user get <name> --detail\" shows what a user may do, \"role grant-permission\" allows more"),
            new Hint(
                    "requested lease not found",
                    "\"lease list\" shows the leases there are; ids are hexadecimal, dec:123 is decimal"),
            new Hint("member not found", "\"member list\" shows the members and their ids"),
            new Hint(
                    "database space exceeded",
                    "the server is full: delete keys, then \"compaction <revision>\", \"defrag\" and \"alarm disarm\""),
            new Hint(
                    "required revision has been compacted",
                    "older history is gone: ask without --rev, or for a later one"),
            new Hint(
                    "required revision is a future revision",
                    "the store has not come so far: leave --rev out for now"));

    /** By a part of what the last attempt to connect failed with, likewise; %s are the endpoints. */
    private static final List<Hint> BY_CAUSE = List.of(
            new Hint("not an SSL/TLS record", "%s speaks no TLS: leave https:// and the flags for certificates out"),
            new Hint(
                    "unable to find valid certification path",
                    "the certificate of %s is not from an authority that is trusted here: --cacert names its file"),
            new Hint(
                    "No subject alternative",
                    "the certificate of %s is for another name or address: use one of its own in --endpoints"),
            new Hint(
                    "No name matching",
                    "the certificate of %s is for another name or address: use one of its own in --endpoints"),
            new Hint("certificate_required", "%s wants a certificate: --cert and --key name its files"),
            new Hint("bad_certificate", "%s does not take this certificate: --cert and --key name another one"),
            new Hint(
                    "unknown_ca", "%s does not trust whoever made this certificate: --cert and --key name another one"),
            new Hint(
                    "closed=[UNAVAILABLE",
                    "%s takes connections and closes them: if it speaks TLS, write https:// and --cacert"),
            new Hint(
                    "Connection refused",
                    "nothing listens at %s: is the server running? --endpoints names another one"),
            new Hint("UnresolvedAddress", "there is no address for %s: is the name right?"),
            new Hint("UnknownHost", "there is no address for %s: is the name right?"),
            new Hint(
                    "",
                    "no answer from %s: --endpoints or ETCDCTL_ENDPOINTS name another one, --command-timeout waits longer"));

    /** {@code advice} for what contains {@code part}. */
    private record Hint(String part, String advice) {}

    private Advice() {}

    /** A line to print below the error, if there is something to say. */
    static Optional<String> on(CtlException failure, Ctl ctl) {
        String error = String.valueOf(failure.getMessage());
        Optional<Hint> plain = hint(BY_ERROR, error);
        if (plain.isPresent()) {
            return plain.map(hint -> "(" + hint.advice() + ")");
        }
        if (!error.contains("context deadline exceeded") && !error.contains("Unavailable")) {
            return Optional.empty();
        }
        String endpoints = String.join(", ", ctl.endpoints());
        return hint(BY_CAUSE, cause(failure)).map(hint -> "(" + hint.advice().replace("%s", endpoints) + ")");
    }

    private static Optional<Hint> hint(List<Hint> hints, String text) {
        return hints.stream().filter(hint -> text.contains(hint.part())).findFirst();
    }

    /** What lies behind an error; gRPC tells in it, stack traces and all, how the last attempt to connect went. */
    static String cause(CtlException failure) {
        Throwable cause = failure.getCause();
        if (cause == null) {
            return "";
        }
        return String.valueOf(cause.getMessage())
                .lines()
                .filter(line -> !line.startsWith("\tat ") && !line.startsWith("Channel Pipeline: "))
                .reduce((all, line) -> all + "\n" + line)
                .orElse("");
    }
}
