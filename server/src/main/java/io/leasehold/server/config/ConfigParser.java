package io.leasehold.server.config;

import io.leasehold.server.config.ServerConfig.Auth;
import io.leasehold.server.config.ServerConfig.AutoCompaction;
import io.leasehold.server.config.ServerConfig.Bootstrap;
import io.leasehold.server.config.ServerConfig.ClientUrls;
import io.leasehold.server.config.ServerConfig.ClusterState;
import io.leasehold.server.config.ServerConfig.GrpcLimits;
import io.leasehold.server.config.ServerConfig.HttpAccess;
import io.leasehold.server.config.ServerConfig.InitialMember;
import io.leasehold.server.config.ServerConfig.MemberRules;
import io.leasehold.server.config.ServerConfig.RaftTiming;
import io.leasehold.server.config.ServerConfig.RequestLimits;
import io.leasehold.server.config.ServerConfig.Security;
import io.leasehold.server.tls.TlsSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Makes a {@link ServerConfig} of flags and {@code ETCD_*} variables, or of the configuration file they name, which is all
 * it reads. All problems are told at once.
 */
public final class ConfigParser {
    /** etcd's bound: a longer election timeout is a typing error. */
    private static final long ELECTION_MILLIS_MAX = 50_000;

    /** A fifth of the longest election timeout. */
    private static final long HEARTBEAT_MILLIS_MAX = ELECTION_MILLIS_MAX / 5;

    /** The quota when none is given; etcd's. */
    private static final long DEFAULT_QUOTA_BYTES = 2L << 30;

    /** One request is one part of one log entry, held in memory several times on its way: 64 MiB is generous. */
    private static final long MAX_REQUEST_BYTES_LIMIT = 64L << 20;

    /** All operations of a transaction are held in memory and applied without a pause. */
    private static final long MAX_TXN_OPS_LIMIT = 1_000_000;

    /** What etcd takes for a count of 0. */
    private static final long SNAPSHOT_COUNT_DEFAULT = 10_000;

    /** etcd's sanity bound on the progress interval: more often would be a message storm. */
    private static final long WATCH_PROGRESS_MILLIS_MIN = 100;

    private static final int BCRYPT_COST_MIN = 4;
    private static final int BCRYPT_COST_MAX = 31;
    private static final int BCRYPT_COST_DEFAULT = 10;

    private static final long AUTH_TOKEN_TTL_DEFAULT_SECONDS = 300;

    private ConfigParser() {}

    /**
     * Reads the command line (without program name and sub-command) and the environment; never throws for what it finds
     * there. {@code --help} and {@code --version} win over every problem.
     */
    public static ConfigResult parse(List<String> arguments, Map<String, String> environment) {
        FlagValues values = FlagValues.read(arguments, environment);
        if (values.bool("help")) {
            return new ConfigResult.HelpAsked();
        }
        if (values.bool("version") && !values.unknownFlagSeen()) {
            return new ConfigResult.VersionAsked();
        }
        ServerConfig config = read(values);
        FeatureGates.check(values);
        checkListeners(values, config);
        checkPeerListeners(values, config);
        List<String> problems = values.problems();
        if (!problems.isEmpty()) {
            return new ConfigResult.Rejected(problems, values.exitCode());
        }
        return new ConfigResult.Parsed(config, values.warnings(), values.given());
    }

    private static ServerConfig read(FlagValues values) {
        String name = values.text("name");
        if (name.isBlank()) {
            values.problem("name", "a name", name);
        }
        return new ServerConfig(
                name,
                dataDirectory(values, name),
                clientUrls(values),
                UrlList.listenIfGiven(values, "listen-lease-http-urls"),
                new Security(TlsFlags.client(values), TlsFlags.peer(values)),
                new HttpAccess(
                        Set.copyOf(values.list("host-whitelist")),
                        Set.copyOf(values.list("cors")),
                        values.bool("enable-grpc-gateway")),
                bootstrap(values, name),
                memberRules(values),
                timing(values),
                limits(values),
                grpcLimits(values),
                watchProgressMillis(values),
                snapshotCount(values),
                auth(values),
                compaction(values),
                LogFlags.read(values),
                ObservationFlags.read(values));
    }

    private static long snapshotCount(FlagValues values) {
        long count = values.number("snapshot-count", 0, Long.MAX_VALUE);
        return count == 0 ? SNAPSHOT_COUNT_DEFAULT : count;
    }

    private static Path dataDirectory(FlagValues values, String name) {
        String text = values.text("data-dir");
        try {
            return Path.of(text.isEmpty() ? name + ".etcd" : text);
        } catch (InvalidPathException notAPath) {
            values.problem("data-dir", "a path", text);
            return Path.of("");
        }
    }

    private static ClientUrls clientUrls(FlagValues values) {
        if (values.isGiven("listen-client-urls") && !values.isGiven("advertise-client-urls") && !values.isFromFile()) {
            values.problem("--advertise-client-urls is required when --listen-client-urls is set explicitly");
        }
        return new ClientUrls(
                UrlList.listen(values, "listen-client-urls"),
                UrlList.advertise(values, "advertise-client-urls"),
                UrlList.listenIfGiven(values, "listen-client-http-urls"),
                UrlList.listenIfGiven(values, "listen-metrics-urls"));
    }

    /** A listener that speaks TLS needs a certificate; one that does not leaves those there are unused. */
    private static void checkListeners(FlagValues values, ServerConfig config) {
        TlsSettings tls = config.security().client();
        for (ListenUrl url : config.client().all()) {
            if (url.isSecure() && !tls.canServe()) {
                values.problem("cannot listen with TLS on " + url
                        + (config.client().listenMetrics().contains(url)
                                ? ": client TLS key/cert (--cert-file, --key-file) must be provided for metrics secure url"
                                : ": --cert-file and --key-file are not given (nor --auto-tls)"));
            } else if (!url.isSecure() && tls.keyPair() != null) {
                values.warning("the scheme of " + url + " is plain while --cert-file and --key-file are given;"
                        + " ignoring them for this URL");
            }
            if (!url.isSecure() && tls.demandsCertificate()) {
                values.warning("the scheme of " + url + " is plain while client certificates are demanded;"
                        + " ignoring that for this URL");
            }
        }
        for (ListenUrl url : config.leaseHttp()) {
            if (url.isSecure() || url.isUnix()) {
                values.problem(
                        "listen-lease-http-urls", "a plain TCP address such as http://127.0.0.1:2381", url.toString());
            }
        }
        if (tls.auto() && tls.keyPair() != null) {
            values.warning("ignoring --auto-tls since --cert-file and --key-file are given");
        }
    }

    /** Members speak TLS, all of them, or none does: there is one way to reach a member. */
    private static void checkPeerListeners(FlagValues values, ServerConfig config) {
        TlsSettings tls = config.security().peer();
        List<ListenUrl> urls = config.bootstrap().listenPeer();
        if (urls.stream().map(ListenUrl::isSecure).distinct().count() > 1) {
            values.problem("listen-peer-urls", "either http or https for all of them", values.text("listen-peer-urls"));
        }
        for (ListenUrl url : urls) {
            if (url.isSecure() && !tls.canServe()) {
                values.problem("cannot listen with TLS on " + url
                        + ": --peer-cert-file and --peer-key-file are not given (nor --peer-auto-tls)");
            } else if (!url.isSecure() && (tls.canServe() || tls.demandsCertificate())) {
                values.warning(
                        "the scheme of " + url + " is plain while TLS flags for members are given; ignoring them");
            }
        }
        if (tls.auto() && tls.keyPair() != null) {
            values.warning("ignoring --peer-auto-tls since --peer-cert-file and --peer-key-file are given");
        }
    }

    private static Bootstrap bootstrap(FlagValues values, String name) {
        List<String> advertise = UrlList.advertise(values, "initial-advertise-peer-urls");
        List<InitialMember> members = values.isGiven("initial-cluster")
                ? initialCluster(values)
                : List.of(new InitialMember(name, advertise));
        Discovery discovery = DiscoveryFlags.read(values);
        ClusterState state =
                switch (values.text("initial-cluster-state")) {
                    case "new" -> ClusterState.NEW;
                    case "existing" -> ClusterState.EXISTING;
                    default -> {
                        values.malformed(
                                "initial-cluster-state", "new or existing", values.text("initial-cluster-state"));
                        yield ClusterState.NEW;
                    }
                };
        return new Bootstrap(
                UrlList.listen(values, "listen-peer-urls"),
                advertise,
                members,
                discovery,
                state,
                discovery instanceof Discovery.Registry registry
                        ? registry.token()
                        : values.text("initial-cluster-token"),
                values.bool("force-new-cluster"));
    }

    private static List<InitialMember> initialCluster(FlagValues values) {
        Map<String, List<String>> urlsByName = new LinkedHashMap<>();
        for (String each : values.text("initial-cluster").split(",", -1)) {
            int equals = each.indexOf('=');
            if (equals <= 0) {
                values.problem("initial-cluster", "name=url pairs, separated by commas", each);
                continue;
            }
            urlsByName
                    .computeIfAbsent(each.substring(0, equals).strip(), key -> new ArrayList<>())
                    .addAll(UrlList.single(values, "initial-cluster", each.substring(equals + 1)));
        }
        return urlsByName.entrySet().stream()
                .map(entry -> new InitialMember(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static MemberRules memberRules(FlagValues values) {
        String flag = values.isGiven("experimental-max-learners") ? "experimental-max-learners" : "max-learners";
        return new MemberRules(values.bool("strict-reconfig-check"), (int) values.number(flag, 0, Integer.MAX_VALUE));
    }

    private static RaftTiming timing(FlagValues values) {
        int heartbeatMillis = (int) values.number("heartbeat-interval", 1, HEARTBEAT_MILLIS_MAX);
        int electionMillis = (int) values.number("election-timeout", 1, ELECTION_MILLIS_MAX);
        if (electionMillis < 5 * heartbeatMillis) {
            values.problem("--election-timeout: expected at least 5 times --heartbeat-interval (" + heartbeatMillis
                    + " ms), got \"" + values.text("election-timeout") + "\"");
        }
        return new RaftTiming(heartbeatMillis, electionMillis);
    }

    private static long watchProgressMillis(FlagValues values) {
        String flag = "watch-progress-notify-interval";
        String older = "experimental-" + flag;
        return values.durationMillis(values.isGiven(older) ? older : flag, WATCH_PROGRESS_MILLIS_MIN);
    }

    private static RequestLimits limits(FlagValues values) {
        long quotaBytes = values.number("quota-backend-bytes", Long.MIN_VALUE, Long.MAX_VALUE);
        return new RequestLimits(
                (int) values.number("max-request-bytes", 1, MAX_REQUEST_BYTES_LIMIT),
                (int) values.number("max-txn-ops", 1, MAX_TXN_OPS_LIMIT),
                quotaBytes == 0 ? DEFAULT_QUOTA_BYTES : Math.max(0, quotaBytes));
    }

    private static GrpcLimits grpcLimits(FlagValues values) {
        long streams = values.number("max-concurrent-streams", 1, 0xFFFF_FFFFL);
        return new GrpcLimits(
                (int) Math.min(Integer.MAX_VALUE, streams),
                values.durationMillis("grpc-keepalive-min-time", 0),
                values.durationMillis("grpc-keepalive-interval", 1_000),
                values.durationMillis("grpc-keepalive-timeout", 1_000));
    }

    private static Auth auth(FlagValues values) {
        long ttlSeconds = values.number("auth-token-ttl", 0, Integer.MAX_VALUE);
        long cost = values.number("bcrypt-cost", 0, Integer.MAX_VALUE);
        if (cost < BCRYPT_COST_MIN || cost > BCRYPT_COST_MAX) {
            values.warning("--bcrypt-cost: expected " + BCRYPT_COST_MIN + " to " + BCRYPT_COST_MAX + ", got \"" + cost
                    + "\"; using " + BCRYPT_COST_DEFAULT);
            cost = BCRYPT_COST_DEFAULT;
        }
        return new Auth(
                values.text("auth-token"), ttlSeconds == 0 ? AUTH_TOKEN_TTL_DEFAULT_SECONDS : ttlSeconds, (int) cost);
    }

    /** A whole number is hours or revisions; periodically also a duration. */
    private static AutoCompaction compaction(FlagValues values) {
        String mode = values.text("auto-compaction-mode");
        String retention = values.text("auto-compaction-retention");
        boolean number = retention.matches("\\d{1,15}");
        switch (mode) {
            case "periodic" -> {
                long millis = number
                        ? TimeUnit.HOURS.toMillis(Long.parseLong(retention))
                        : values.durationMillis("auto-compaction-retention", 0);
                return millis == 0 ? new AutoCompaction.Off() : new AutoCompaction.Periodic(millis);
            }
            case "revision" -> {
                if (number) {
                    long retained = Long.parseLong(retention);
                    return retained == 0 ? new AutoCompaction.Off() : new AutoCompaction.Revisions(retained);
                }
                values.problem("auto-compaction-retention", "a number of revisions", retention);
            }
            default -> values.problem("auto-compaction-mode", "periodic or revision", mode);
        }
        return new AutoCompaction.Off();
    }
}
