package io.leasehold.cli.offline;

import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The flags that say which member of which new cluster a data directory is made for; etcd's names and defaults. */
final class NewMember {
    private final Flag<String> name;
    private final Flag<String> initialCluster;
    private final Flag<String> token;
    private final Flag<String> peerUrls;

    NewMember(Flags flags) {
        name = flags.text("name", "name", "default", "the member's name");
        initialCluster = flags.text("initial-cluster", "name=url,...", "the new cluster's members (this one alone)");
        token = flags.text("initial-cluster-token", "token", "etcd-cluster", "what tells this cluster from others");
        peerUrls = flags.text("initial-advertise-peer-urls", "url,...", "where the others reach this member");
    }

    String name() {
        return name.value();
    }

    /** As the server's program takes them; what was not given it has defaults for. */
    Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("name", name.value());
        values.put("initial-cluster-token", token.value());
        for (Flag<String> flag : List.of(initialCluster, peerUrls)) {
            if (flag.isGiven()) {
                values.put(flag.name(), flag.value());
            }
        }
        return values;
    }
}
