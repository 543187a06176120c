package io.leasehold.server.config;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** etcd's feature gates: their names are checked, for none of them changes anything here. */
final class FeatureGates {
    private static final Set<String> KNOWN = Set.of(
            "AllAlpha",
            "AllBeta",
            "StopGRPCServiceOnDefrag",
            "TxnModeWriteWithSharedBuffer",
            "InitialCorruptCheck",
            "CompactHashCheck",
            "LeaseCheckpoint",
            "LeaseCheckpointPersist",
            "SetMemberLocalAddr",
            "FastLeaseKeepAlive",
            "PriorityRequest");

    /** The flag each gate was before 3.6; both must not be given. */
    private static final Map<String, String> OLDER_FLAGS = Map.of(
            "StopGRPCServiceOnDefrag", "experimental-stop-grpc-service-on-defrag",
            "TxnModeWriteWithSharedBuffer", "experimental-txn-mode-write-with-shared-buffer",
            "InitialCorruptCheck", "experimental-initial-corrupt-check",
            "CompactHashCheck", "experimental-compact-hash-check-enabled",
            "LeaseCheckpoint", "experimental-enable-lease-checkpoint",
            "LeaseCheckpointPersist", "experimental-enable-lease-checkpoint-persist");

    private static final String FLAG = "feature-gates";

    private FeatureGates() {}

    /** Tells what is wrong with {@code --feature-gates}. */
    static void check(FlagValues values) {
        Set<String> enabled = new TreeSet<>();
        for (String each : values.list(FLAG)) {
            int equals = each.indexOf('=');
            String name = equals < 0 ? each : each.substring(0, equals).strip();
            String value = equals < 0 ? "" : each.substring(equals + 1).strip();
            if (!KNOWN.contains(name)) {
                values.problem("--feature-gates: unrecognized feature gate: " + name);
            } else if (!value.equals("true") && !value.equals("false")) {
                values.problem(FLAG, name + "=true or " + name + "=false", each);
            } else if (values.isGiven(OLDER_FLAGS.getOrDefault(name, ""))) {
                values.problem("--feature-gates=" + name + " and --" + OLDER_FLAGS.get(name)
                        + " are two names of one thing: give one of them");
            } else if (value.equals("true")) {
                enabled.add(name);
            }
        }
        if (enabled.contains("LeaseCheckpointPersist") && !enabled.contains("LeaseCheckpoint")) {
            values.problem("--feature-gates: LeaseCheckpointPersist requires LeaseCheckpoint");
        }
    }
}
