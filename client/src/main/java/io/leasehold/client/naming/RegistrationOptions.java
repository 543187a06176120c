package io.leasehold.client.naming;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How an endpoint is registered. Immutable; each method answers a changed copy of {@link #DEFAULT}. */
public final class RegistrationOptions {
    /** TTL 10 seconds, under its address, put again when somebody deletes it, not taken from others. */
    public static final RegistrationOptions DEFAULT =
            new RegistrationOptions(Duration.ofSeconds(10), null, true, false);

    private final Duration ttl;
    private final @Nullable String key;
    private final boolean reassert;
    private final boolean overwrite;

    private RegistrationOptions(Duration ttl, @Nullable String key, boolean reassert, boolean overwrite) {
        this.ttl = ttl;
        this.key = key;
        this.reassert = reassert;
        this.overwrite = overwrite;
    }

    /** TTL of its lease; positive, rounded up to whole seconds. */
    public RegistrationOptions ttl(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("ttl " + time);
        }
        return new RegistrationOptions(time, key, reassert, overwrite);
    }

    /** Under this key instead of its address. */
    public RegistrationOptions key(String name) {
        return new RegistrationOptions(ttl, name, reassert, overwrite);
    }

    /** Whether it is put again when somebody deletes it. */
    public RegistrationOptions reasserting(boolean on) {
        return new RegistrationOptions(ttl, key, on, overwrite);
    }

    /** Takes the key from whoever has it. */
    public RegistrationOptions overwriting() {
        return new RegistrationOptions(ttl, key, reassert, true);
    }

    /** TTL of its lease. */
    public Duration ttl() {
        return ttl;
    }

    /** The key, if it is not the address. */
    public Optional<String> key() {
        return Optional.ofNullable(key);
    }

    /** Whether it is put again when somebody deletes it. */
    public boolean isReasserting() {
        return reassert;
    }

    /** Whether it takes the key from others. */
    public boolean isOverwriting() {
        return overwrite;
    }
}
