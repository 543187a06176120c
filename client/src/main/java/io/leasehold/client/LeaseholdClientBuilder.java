package io.leasehold.client;

import io.leasehold.client.metrics.ClientMetrics;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The settings of a client, with their defaults. For one thread; may be used for several clients. */
public final class LeaseholdClientBuilder {
    /** etcd ends connections that are pinged more often than every five seconds. */
    private static final Duration PING_INTERVAL_MIN = Duration.ofSeconds(5);

    /** A probe waits 0.3 s for its answer; more often they would overlap. */
    private static final Duration HEALTH_INTERVAL_MIN = Duration.ofMillis(100);

    final List<String> endpoints = new ArrayList<>();
    boolean secureEndpoints;
    Duration callTimeout = Duration.ofSeconds(5);
    Duration connectTimeout = Duration.ofSeconds(2);
    Duration healthInterval = Duration.ofMillis(500);
    Duration pingInterval = Duration.ofSeconds(10);
    Duration pingTimeout = Duration.ofSeconds(5);
    Duration closeTimeout = Duration.ofSeconds(2);
    int messageBytesMax = Integer.MAX_VALUE;
    boolean ordering = true;
    ByteSequence namespace = ByteSequence.EMPTY;
    ClientMetrics metrics = ClientMetrics.NONE;

    @Nullable
    Tls tls;

    @Nullable
    String user;

    @Nullable
    String password;

    @Nullable
    Supplier<String> token;

    @Nullable
    Executor callbackExecutor;

    LeaseholdClientBuilder() {}

    /**
     * Servers of one cluster, each {@code host:port}, {@code http://host:port} or {@code https://host:port}; the latter turn
     * TLS on for all. One of them, drawn by chance, is used until it fails.
     */
    public LeaseholdClientBuilder endpoints(String... addresses) {
        return endpoints(Arrays.asList(addresses));
    }

    /** The same. */
    public LeaseholdClientBuilder endpoints(Collection<String> addresses) {
        for (String address : addresses) {
            boolean https = address.startsWith("https://");
            secureEndpoints |= https;
            String bare = https ? address.substring(8) : address.startsWith("http://") ? address.substring(7) : address;
            endpoints.add(bare.endsWith("/") ? bare.substring(0, bare.length() - 1) : bare);
        }
        return this;
    }

    /** Talks TLS. */
    public LeaseholdClientBuilder tls(Tls settings) {
        tls = settings;
        return this;
    }

    /** Signs in with a name and a password; the token is renewed when a server no longer takes it. */
    public LeaseholdClientBuilder credentials(String userName, String userPassword) {
        user = userName;
        password = userPassword;
        return this;
    }

    /**
     * Signs in with tokens that come from elsewhere. The supplier is asked when there is none yet and when a server no longer
     * takes the last one; on the callback executor, where it may block.
     */
    public LeaseholdClientBuilder token(Supplier<String> supplier) {
        token = supplier;
        return this;
    }

    /** Every key has this prefix on the server, which this client's user does not see. Default none. */
    public LeaseholdClientBuilder namespace(ByteSequence prefix) {
        namespace = prefix;
        return this;
    }

    /** How long a call may take with all its repetitions. Default 5 seconds. */
    public LeaseholdClientBuilder callTimeout(Duration time) {
        callTimeout = positive(time);
        return this;
    }

    /** How long a connection may take to be made. Default 2 seconds. */
    public LeaseholdClientBuilder connectTimeout(Duration time) {
        connectTimeout = positive(time);
        return this;
    }

    /**
     * How long the endpoint in use may be silent, while something waits for it, before it is asked for its health; with two
     * endpoints or more. Turning to another one takes at most this and 0.4 seconds. Default 0.5 seconds, at least 0.1.
     */
    public LeaseholdClientBuilder healthCheckInterval(Duration time) {
        if (time.compareTo(HEALTH_INTERVAL_MIN) < 0) {
            throw new IllegalArgumentException("at least " + HEALTH_INTERVAL_MIN + ", got " + time);
        }
        healthInterval = time;
        return this;
    }

    /** How often a connection with calls on it is pinged, and how long the answer may take. Default 10 and 5 seconds. */
    public LeaseholdClientBuilder pings(Duration interval, Duration answerWithin) {
        if (interval.compareTo(PING_INTERVAL_MIN) < 0) {
            throw new IllegalArgumentException("at least " + PING_INTERVAL_MIN + ", got " + interval);
        }
        pingInterval = interval;
        pingTimeout = positive(answerWithin);
        return this;
    }

    /** How long {@code close()} waits for what goes on. Default 2 seconds. */
    public LeaseholdClientBuilder closeTimeout(Duration time) {
        closeTimeout = positive(time);
        return this;
    }

    /** The largest answer that is taken. Default no limit but that of an array. */
    public LeaseholdClientBuilder maxMessageBytes(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("max message bytes " + bytes);
        }
        messageBytesMax = bytes;
        return this;
    }

    /**
     * Whether reads are never answered from an older revision than this client has already seen, also when it has turned to a
     * member that lags: such an answer is asked for elsewhere, and {@code STALE_READ} if nobody has a newer one. Default on;
     * to be turned off for a program that goes on while its cluster is set back to a backup.
     */
    public LeaseholdClientBuilder ordering(boolean on) {
        ordering = on;
        return this;
    }

    /**
     * Where futures complete and listeners are called; it needs as many threads as there are listeners that block at a time.
     * The client does not close it. A call that it refuses is made on the thread that it comes from, which may be the client's
     * own. Default a pool of daemon threads that grows as needed.
     */
    public LeaseholdClientBuilder callbackExecutor(Executor executor) {
        callbackExecutor = executor;
        return this;
    }

    /** Where the client's counts go. Default nowhere. */
    public LeaseholdClientBuilder metrics(ClientMetrics sink) {
        metrics = sink;
        return this;
    }

    /**
     * Makes the client; it connects when it is first used.
     *
     * @throws IllegalArgumentException for settings that cannot work
     */
    public LeaseholdClient build() {
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("no endpoints");
        }
        if (user != null && token != null) {
            throw new IllegalArgumentException("credentials or tokens, not both");
        }
        if (secureEndpoints && tls == null) {
            tls = Tls.system();
        }
        return LeaseholdClient.overTheNetwork(this);
    }

    private static Duration positive(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("must be positive: " + time);
        }
        return time;
    }
}
