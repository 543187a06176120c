package io.leasehold.cli.cluster;

import io.leasehold.cli.Ctl;
import io.leasehold.cli.Group;
import picocli.CommandLine;

/** {@code endpoint health|status|hashkv}. */
public final class EndpointCommands {
    private EndpointCommands() {}

    /** The group. */
    public static CommandLine of(Ctl ctl) {
        CommandLine endpoint = Group.of(ctl, "ask servers one by one how they are");
        endpoint.addSubcommand("health", new EndpointHealth(ctl));
        endpoint.addSubcommand("status", new EndpointStatus(ctl));
        endpoint.addSubcommand("hashkv", new EndpointHashKv(ctl));
        return endpoint;
    }
}
