package io.leasehold.server.config;

import static io.leasehold.server.config.Flag.Kind.BOOLEAN;
import static io.leasehold.server.config.Flag.Kind.DURATION;
import static io.leasehold.server.config.Flag.Kind.NUMBER;
import static io.leasehold.server.config.Flag.Kind.TEXT;
import static io.leasehold.server.config.Flag.Use.IGNORED;
import static io.leasehold.server.config.Flag.Use.READ;
import static io.leasehold.server.config.Flag.Use.REFUSED;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Every flag etcd 3.6 knows, with etcd's defaults, and what Leasehold does with each. */
final class FlagTable {
    /** What etcd says when such a flag is given, for those who wait for it. */
    private static final String V2_IS_GONE = "--v2-deprecation is deprecated and scheduled for removal in v3.8."
            + " The default value is enforced, ignoring user input";

    /** How far version 2 of the protocol is gone. */
    static final String V2_DEPRECATION = "v2-deprecation";

    /** What may be said about that. */
    static final Set<String> V2_LEVELS = Set.of("write-only", "write-only-drop-data", "gone");

    private static final String SNAPSHOTS_ARE_NOT_COUNTED =
            "--max-snapshots is deprecated in 3.6 and will be decommissioned in 3.8";
    private static final String NOTHING_TO_DEFRAGMENT = "Skipping defragmentation";

    private static final Map<String, Flag> FLAGS = table();

    private FlagTable() {}

    /** The flag of that name (without dashes), if there is one. */
    static Optional<Flag> find(String name) {
        return Optional.ofNullable(FLAGS.get(name));
    }

    /** All flags in the order of the help text: those that have an effect first. */
    static List<Flag> all() {
        return List.copyOf(FLAGS.values());
    }

    private static Map<String, Flag> table() {
        List<Flag> flags = new ArrayList<>();
        addRead(flags);
        addReadHttp(flags);
        addReadTls(flags);
        addReadObservation(flags);
        addRefused(flags);
        addIgnored(flags);
        addIgnoredExperimental(flags);
        Map<String, Flag> byName = new LinkedHashMap<>();
        for (Flag flag : flags) {
            if (byName.put(flag.name(), flag) != null) {
                throw new IllegalStateException("twice in the table: --" + flag.name());
            }
        }
        return Collections.unmodifiableMap(byName);
    }

    private static void addReadObservation(List<Flag> flags) {
        flags.add(new Flag("metrics", TEXT, "basic", READ, "basic, or extensive: with the time of every call"));
        flags.add(new Flag(
                "warning-unary-request-duration", DURATION, "300ms", READ, "slower requests are logged; 0s: none"));
        flags.add(new Flag("enable-pprof", BOOLEAN, "false", READ, "serve /debug: threads, memory, profiles"));
        flags.add(new Flag("enable-distributed-tracing", BOOLEAN, "false", READ, "send OpenTelemetry traces"));
        flags.add(new Flag(
                "distributed-tracing-address", TEXT, "localhost:4317", READ, "host:port of an OTLP receiver (gRPC)"));
        flags.add(new Flag("distributed-tracing-service-name", TEXT, "etcd", READ, "what the receiver calls us"));
        flags.add(new Flag("distributed-tracing-instance-id", TEXT, "", READ, "tells members apart"));
        flags.add(new Flag(
                "distributed-tracing-sampling-rate", NUMBER, "0", READ, "of a million calls, how many are traced"));
        flags.add(new Flag("experimental-warning-unary-request-duration", DURATION, "", READ, "its name before 3.6"));
        flags.add(new Flag("experimental-enable-distributed-tracing", BOOLEAN, "false", READ, "its name before 3.6"));
        flags.add(new Flag("experimental-distributed-tracing-address", TEXT, "", READ, "its name before 3.6"));
        flags.add(new Flag("experimental-distributed-tracing-service-name", TEXT, "", READ, "its name before 3.6"));
        flags.add(new Flag("experimental-distributed-tracing-instance-id", TEXT, "", READ, "its name before 3.6"));
        flags.add(new Flag("experimental-distributed-tracing-sampling-rate", NUMBER, "0", READ, "its name before 3.6"));
    }

    private static void addRead(List<Flag> flags) {
        flags.add(new Flag("name", TEXT, "default", READ, "this member's name"));
        flags.add(new Flag("data-dir", TEXT, "", READ, "where the data lies (default: <name>.etcd)"));
        flags.add(new Flag("listen-client-urls", TEXT, "http://localhost:2379", READ, "where clients are served"));
        flags.add(new Flag("advertise-client-urls", TEXT, "http://localhost:2379", READ, "what clients are told"));
        flags.add(new Flag("listen-peer-urls", TEXT, "http://localhost:2380", READ, "where other members are served"));
        flags.add(new Flag("listen-lease-http-urls", TEXT, "", READ, "where lease HTTP is served; empty: nowhere"));
        flags.add(new Flag(
                "initial-advertise-peer-urls", TEXT, "http://localhost:2380", READ, "what other members are told"));
        flags.add(new Flag("initial-cluster", TEXT, "", READ, "the first members: name=url,name=url"));
        flags.add(new Flag("initial-cluster-state", TEXT, "new", READ, "new or existing"));
        flags.add(new Flag(
                "strict-reconfig-check", BOOLEAN, "true", READ, "refuse changes of members that risk the quorum"));
        flags.add(new Flag("max-learners", NUMBER, "1", READ, "most learners at once"));
        flags.add(new Flag("experimental-max-learners", NUMBER, "1", READ, "its name before 3.6"));
        flags.add(new Flag("discovery-srv", TEXT, "", READ, "a domain whose SRV records name the first members"));
        flags.add(new Flag("discovery-srv-name", TEXT, "", READ, "appended to the names of those records"));
        addReadRegistry(flags);
        flags.add(new Flag("initial-cluster-token", TEXT, "etcd-cluster", READ, "tells clusters apart"));
        flags.add(new Flag(
                "force-new-cluster",
                BOOLEAN,
                "false",
                READ,
                "all other members are lost: carry on alone with this data"));
        flags.add(new Flag("heartbeat-interval", NUMBER, "100", READ, "milliseconds between heartbeats"));
        flags.add(new Flag(
                "election-timeout", NUMBER, "1000", READ, "milliseconds, 5 heartbeats or more, at most 50000"));
        flags.add(new Flag("snapshot-count", NUMBER, "10000", READ, "log entries between two checkpoints"));
        flags.add(new Flag("quota-backend-bytes", NUMBER, "0", READ, "largest store; 0: 2 GiB, negative: no quota"));
        flags.add(new Flag("max-request-bytes", NUMBER, "1572864", READ, "largest request"));
        flags.add(new Flag("max-txn-ops", NUMBER, "128", READ, "most operations in one branch of a transaction"));
        flags.add(new Flag("max-concurrent-streams", NUMBER, "4294967295", READ, "streams per client connection"));
        flags.add(new Flag("grpc-keepalive-min-time", DURATION, "5s", READ, "clients pinging faster are sent away"));
        flags.add(new Flag("grpc-keepalive-interval", DURATION, "2h", READ, "a silent client is pinged after this"));
        flags.add(new Flag("grpc-keepalive-timeout", DURATION, "20s", READ, "and cut off after this"));
        flags.add(new Flag("watch-progress-notify-interval", DURATION, "10m", READ, "longest silence of a watch"));
        flags.add(new Flag("experimental-watch-progress-notify-interval", DURATION, "", READ, "its name before 3.6"));
        flags.add(new Flag("auth-token", TEXT, "simple", READ, "simple, or jwt,sign-method=RS256,priv-key=..,ttl=.."));
        flags.add(new Flag("auth-token-ttl", NUMBER, "300", READ, "seconds a simple token lives unused"));
        flags.add(new Flag("bcrypt-cost", NUMBER, "10", READ, "4 to 31: one more doubles the time of a login"));
        flags.add(new Flag("auto-compaction-mode", TEXT, "periodic", READ, "periodic or revision"));
        flags.add(new Flag("auto-compaction-retention", TEXT, "0", READ, "hours, a duration, or revisions; 0: off"));
        flags.add(new Flag("log-level", TEXT, "info", READ, "debug, info, warn, error"));
        flags.add(new Flag("log-format", TEXT, "json", READ, "json or console"));
        flags.add(new Flag("log-outputs", TEXT, "default", READ, "default, stderr, stdout or files, by commas"));
        flags.add(
                new Flag("enable-log-rotation", BOOLEAN, "false", READ, "put a long log file aside, start a new one"));
        flags.add(new Flag(
                "log-rotation-config-json",
                TEXT,
                "{\"maxsize\": 100, \"maxage\": 0, \"maxbackups\": 0, \"localtime\": false, \"compress\": false}",
                READ,
                "megabytes, days kept, files kept, names in local time, gzip"));
        flags.add(new Flag("feature-gates", TEXT, "", READ, "etcd's feature gates: A=true,B=false"));
        flags.add(new Flag("config-file", TEXT, "", READ, "a YAML file of flags; all others are ignored then"));
        flags.add(new Flag("version", BOOLEAN, "false", READ, "print the version and exit"));
        flags.add(new Flag("help", BOOLEAN, "false", READ, "print this and exit"));
    }

    private static void addReadHttp(List<Flag> flags) {
        flags.add(new Flag("listen-client-http-urls", TEXT, "", READ, "where HTTP is served, apart from gRPC then"));
        flags.add(new Flag("listen-metrics-urls", TEXT, "", READ, "where metrics and health are served as well"));
        flags.add(new Flag("enable-grpc-gateway", BOOLEAN, "true", READ, "whether JSON is served below /v3/"));
        flags.add(new Flag("host-whitelist", TEXT, "*", READ, "Host headers that are served without TLS; *: all"));
        flags.add(new Flag("cors", TEXT, "*", READ, "origins whose pages may use HTTP; *: all"));
    }

    private static void addReadTls(List<Flag> flags) {
        flags.add(new Flag("cert-file", TEXT, "", READ, "certificate chain for clients, PEM; read anew when replaced"));
        flags.add(new Flag("key-file", TEXT, "", READ, "its private key, PEM"));
        flags.add(new Flag("trusted-ca-file", TEXT, "", READ, "who may sign clients' certificates; demands one"));
        flags.add(new Flag("client-cert-auth", BOOLEAN, "false", READ, "clients need a certificate"));
        flags.add(new Flag("client-crl-file", TEXT, "", READ, "revoked client certificates"));
        flags.add(new Flag("client-cert-allowed-hostname", TEXT, "", READ, "names a client's must be valid for"));
        flags.add(new Flag("client-cert-allowed-cn", TEXT, "", READ, "common names a client's may have"));
        flags.add(new Flag("client-cert-file", TEXT, "", READ, "what to show other members' clients ports"));
        flags.add(new Flag("client-key-file", TEXT, "", READ, "its private key, PEM"));
        flags.add(new Flag("auto-tls", BOOLEAN, "false", READ, "serve clients with a certificate made here"));
        flags.add(new Flag(
                "peer-cert-file", TEXT, "", READ, "certificate chain for other members, PEM; read anew when replaced"));
        flags.add(new Flag("peer-key-file", TEXT, "", READ, "its private key, PEM"));
        flags.add(new Flag("peer-trusted-ca-file", TEXT, "", READ, "who may sign members' certificates; demands one"));
        flags.add(new Flag("peer-client-cert-auth", BOOLEAN, "false", READ, "other members need a certificate"));
        flags.add(new Flag("peer-crl-file", TEXT, "", READ, "revoked certificates of members"));
        flags.add(new Flag("peer-cert-allowed-cn", TEXT, "", READ, "common names a member's may have"));
        flags.add(new Flag("peer-cert-allowed-hostname", TEXT, "", READ, "names a member's must be valid for"));
        flags.add(new Flag("peer-client-cert-file", TEXT, "", READ, "what to show when connecting to members"));
        flags.add(new Flag("peer-client-key-file", TEXT, "", READ, "its private key, PEM"));
        flags.add(new Flag("peer-auto-tls", BOOLEAN, "false", READ, "speak with members over a certificate made here"));
        flags.add(new Flag("self-signed-cert-validity", NUMBER, "1", READ, "years such a certificate is valid"));
        flags.add(new Flag("cipher-suites", TEXT, "", READ, "for TLS 1.2, names of IANA or Go, by commas"));
        flags.add(new Flag("tls-min-version", TEXT, "TLS1.2", READ, "TLS1.2 or TLS1.3"));
        flags.add(new Flag("tls-max-version", TEXT, "", READ, "TLS1.2 or TLS1.3; the newest when empty"));
    }

    private static void addReadRegistry(List<Flag> flags) {
        flags.add(new Flag(
                "discovery-endpoints", TEXT, "", READ, "another cluster in which first members find each other"));
        flags.add(new Flag("discovery-token", TEXT, "", READ, "under which they enter themselves there"));
        flags.add(new Flag("discovery-request-timeout", DURATION, "5s", READ, "for each request to that cluster"));
        flags.add(new Flag("discovery-insecure-transport", BOOLEAN, "true", READ, "false: speak TLS with it"));
        flags.add(new Flag("discovery-insecure-skip-tls-verify", BOOLEAN, "false", READ, "believe whatever it shows"));
        flags.add(new Flag("discovery-cacert", TEXT, "", READ, "who may sign its certificate, PEM"));
        flags.add(new Flag("discovery-cert", TEXT, "", READ, "certificate to show to it, PEM"));
        flags.add(new Flag("discovery-key", TEXT, "", READ, "its private key, PEM"));
        flags.add(new Flag("discovery-user", TEXT, "", READ, "user there, as name or name:password"));
        flags.add(new Flag("discovery-password", TEXT, "", READ, "that user's password"));
    }

    private static void addRefused(List<Flag> flags) {
        flags.add(new Flag("discovery", TEXT, "", REFUSED, ""));
        flags.add(new Flag("proxy", TEXT, "off", REFUSED, ""));
    }

    private static void addIgnored(List<Flag> flags) {
        text(flags, "wal-dir", "");
        text(flags, "backend-bbolt-freelist-type", "map");
        flags.add(new Flag(V2_DEPRECATION, TEXT, "write-only", IGNORED, V2_IS_GONE));
        text(flags, "logger", "zap");
        text(flags, "discovery-fallback", "");
        text(flags, "discovery-proxy", "");
        number(flags, "snapshot-catchup-entries", "5000");
        number(flags, "max-wals", "5");
        flags.add(new Flag("max-snapshots", NUMBER, "5", IGNORED, SNAPSHOTS_ARE_NOT_COUNTED));
        number(flags, "compaction-batch-limit", "1000");
        number(flags, "backend-batch-limit", "0");
        flags.add(new Flag("bootstrap-defrag-threshold-megabytes", NUMBER, "0", IGNORED, NOTHING_TO_DEFRAGMENT));
        duration(flags, "discovery-dial-timeout", "2s");
        duration(flags, "discovery-keepalive-time", "2s");
        duration(flags, "discovery-keepalive-timeout", "6s");
        duration(flags, "compaction-sleep-interval", "10ms");
        duration(flags, "warning-apply-duration", "100ms");
        duration(flags, "backend-batch-interval", "0s");
        duration(flags, "raft-read-timeout", "5s");
        duration(flags, "raft-write-timeout", "5s");
        duration(flags, "corrupt-check-time", "0s");
        duration(flags, "compact-hash-check-time", "1m");
        duration(flags, "downgrade-check-time", "5s");
        for (String name : List.of("initial-election-tick-advance", "pre-vote")) {
            flags.add(new Flag(name, BOOLEAN, "true", IGNORED, ""));
        }
        for (String name : List.of(
                "memory-mlock",
                "unsafe-no-fsync",
                "socket-reuse-port",
                "socket-reuse-address",
                "peer-skip-client-san-verification",
                "enable-v2",
                "debug")) {
            flags.add(new Flag(name, BOOLEAN, "false", IGNORED, ""));
        }
    }

    /** Names that 3.6 still takes although each has a successor. */
    private static void addIgnoredExperimental(List<Flag> flags) {
        for (String name : List.of(
                "initial-corrupt-check",
                "compact-hash-check-enabled",
                "enable-lease-checkpoint",
                "enable-lease-checkpoint-persist",
                "peer-skip-client-san-verification",
                "memory-mlock",
                "stop-grpc-service-on-defrag",
                "txn-mode-write-with-shared-buffer")) {
            flags.add(new Flag("experimental-" + name, BOOLEAN, "false", IGNORED, ""));
        }
        number(flags, "experimental-compaction-batch-limit", "1000");
        flags.add(new Flag(
                "experimental-bootstrap-defrag-threshold-megabytes", NUMBER, "0", IGNORED, NOTHING_TO_DEFRAGMENT));
        number(flags, "experimental-snapshot-catchup-entries", "5000");
        for (String name : List.of(
                "corrupt-check-time",
                "compact-hash-check-time",
                "compaction-sleep-interval",
                "warning-apply-duration",
                "downgrade-check-time")) {
            duration(flags, "experimental-" + name, "");
        }
    }

    private static void text(List<Flag> flags, String name, String defaultValue) {
        flags.add(new Flag(name, TEXT, defaultValue, IGNORED, ""));
    }

    private static void number(List<Flag> flags, String name, String defaultValue) {
        flags.add(new Flag(name, NUMBER, defaultValue, IGNORED, ""));
    }

    private static void duration(List<Flag> flags, String name, String defaultValue) {
        flags.add(new Flag(name, DURATION, defaultValue, IGNORED, ""));
    }
}
