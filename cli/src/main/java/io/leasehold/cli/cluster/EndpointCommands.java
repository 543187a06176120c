package io.leasehold.cli.cluster;

import io.leasehold.cli.Entry;
import io.leasehold.cli.Help;

/** {@code endpoint health|status|hashkv}. */
public final class EndpointCommands {
    private EndpointCommands() {}

    /** The group. */
    public static Entry entry() {
        return Entry.group(
                "endpoint",
                "ask servers one by one how they are",
                Entry.command(
                        "health",
                        Help.of("check whether servers are well", "", "endpoint health --cluster"),
                        EndpointHealth::new),
                Entry.command(
                        "status",
                        Help.of("show what servers say of themselves", "", "endpoint status --cluster -w table"),
                        EndpointStatus::new),
                Entry.command(
                        "hashkv",
                        Help.of("show the hash of each server's keys", "", "endpoint hashkv --cluster"),
                        EndpointHashKv::new));
    }
}
