package io.leasehold.cli;

import java.util.Optional;

/** What somebody at a terminal can do about an error. Pure functions. */
final class Advice {
    private Advice() {}

    /** A line to print below the error, if there is something to say. */
    static Optional<String> on(CtlException failure, Ctl ctl) {
        String error = String.valueOf(failure.getMessage());
        String endpoints = String.join(",", ctl.endpoints());
        if (error.contains("context deadline exceeded")) {
            return Optional.of("(no answer from " + endpoints + ": is a server running there? --endpoints or"
                    + " ETCDCTL_ENDPOINTS name another, --command-timeout waits longer)");
        } else if (error.contains("user name is empty") || error.contains("invalid auth token")) {
            return Optional.of("(this server wants to know who you are: --user=name, or ETCDCTL_USER=name:password)");
        } else if (error.contains("permission denied")) {
            return Optional.of("(\"user get <name> --detail\" shows what a user may do,"
                    + " \"role grant-permission\" allows more)");
        } else if (error.contains("requested lease not found")) {
            return Optional.of("(\"lease list\" shows the leases there are; ids are hexadecimal, dec:123 is decimal)");
        } else if (error.contains("database space exceeded")) {
            return Optional.of("(the server is full: delete keys, then \"compaction <revision>\", \"defrag\""
                    + " and \"alarm disarm\")");
        } else if (error.contains("required revision has been compacted")) {
            return Optional.of("(older history is gone: ask without --rev, or for a later one)");
        } else if (error.contains("Connection refused") || error.contains("UNAVAILABLE")) {
            return Optional.of("(nobody answers at " + endpoints + "; see --endpoints)");
        }
        return Optional.empty();
    }
}
