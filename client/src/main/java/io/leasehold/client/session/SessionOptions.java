package io.leasehold.client.session;

import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a session is made. Immutable; each method answers a changed copy of {@link #DEFAULT}. */
public final class SessionOptions {
    /** TTL 60 seconds, ends when its lease is lost, belongs to nobody in particular. */
    public static final SessionOptions DEFAULT = new SessionOptions(Duration.ofSeconds(60), false, null, null, null);

    private final Duration ttl;
    private final boolean regrant;
    private final @Nullable Duration heartbeat;
    private final @Nullable Thread owner;
    private final @Nullable ByteSequence epochPrefix;

    private SessionOptions(
            Duration ttl,
            boolean regrant,
            @Nullable Duration heartbeat,
            @Nullable Thread owner,
            @Nullable ByteSequence epochPrefix) {
        this.ttl = ttl;
        this.regrant = regrant;
        this.heartbeat = heartbeat;
        this.owner = owner;
        this.epochPrefix = epochPrefix;
    }

    /** TTL of its lease; positive, rounded up to whole seconds. */
    public SessionOptions ttl(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("ttl " + time);
        }
        return new SessionOptions(time, regrant, heartbeat, owner, epochPrefix);
    }

    /** When its lease is lost the session takes a new one, after it has told its listeners, and puts its keys again. */
    public SessionOptions regranting() {
        return new SessionOptions(ttl, true, heartbeat, owner, epochPrefix);
    }

    /** The session ends when its owner has not called {@link Session#heartbeat()} for so long. */
    public SessionOptions boundToHeartbeat(Duration silence) {
        return new SessionOptions(ttl, regrant, silence, owner, epochPrefix);
    }

    /** The session ends when this thread does. */
    public SessionOptions boundTo(Thread thread) {
        return new SessionOptions(ttl, regrant, heartbeat, thread, epochPrefix);
    }

    /**
     * The session can be resumed, after a restart of the process too: a key under this prefix hangs on its lease and
     * counts its incarnations, so that an earlier one cannot go on beside a later one.
     */
    public SessionOptions resumable(ByteSequence keyPrefix) {
        return new SessionOptions(ttl, regrant, heartbeat, owner, keyPrefix);
    }

    /** TTL of its lease. */
    public Duration ttl() {
        return ttl;
    }

    /** Whether it takes a new lease when it has lost one. */
    public boolean isRegranting() {
        return regrant;
    }

    /** The silence of its owner by which it ends. */
    public Optional<Duration> heartbeat() {
        return Optional.ofNullable(heartbeat);
    }

    /** The thread with which it ends. */
    public Optional<Thread> owner() {
        return Optional.ofNullable(owner);
    }

    /** Where its epoch is counted. */
    public Optional<ByteSequence> epochPrefix() {
        return Optional.ofNullable(epochPrefix);
    }
}
