package io.leasehold.faults.cluster;

import io.leasehold.interop.ServerTarget;
import java.util.List;

/**
 * What the members of a cluster are.
 *
 * @param target the program
 * @param breakable whether there are proxies between members, which trouble needs and measuring does not want
 * @param flags further ones for each member
 */
public record ClusterPlan(ServerTarget target, boolean breakable, List<String> flags) {
    /** Copies the flags. */
    public ClusterPlan {
        flags = List.copyOf(flags);
    }
}
