package io.leasehold.server.auth;

import io.leasehold.server.config.GoDuration;
import io.leasehold.server.loop.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes tokens as {@code --auth-token} says: {@code simple}, or {@code jwt,sign-method=RS256,priv-key=…}. */
public final class TokenOptions {
    private static final String SIGN_METHOD = "sign-method";
    private static final String PUBLIC_KEY = "pub-key";
    private static final String PRIVATE_KEY = "priv-key";
    private static final String TTL = "ttl";
    private static final Set<String> OPTIONS = Set.of(SIGN_METHOD, PUBLIC_KEY, PRIVATE_KEY, TTL);

    /** As long as etcd's. */
    private static final Duration JWT_TTL_DEFAULT = Duration.ofMinutes(5);

    private TokenOptions() {}

    /**
     * Makes the tokens.
     *
     * @param specification the flag's value
     * @param simpleTtl how long a simple token lives unused
     * @throws IllegalArgumentException if that cannot be done; the message says why
     */
    public static Tokens tokens(String specification, Duration simpleTtl, Ticker ticker, InstantSource clock) {
        List<String> parts = List.of(specification.split(",", -1));
        switch (parts.get(0)) {
            case "", "simple" -> {
                return new SimpleTokens(simpleTtl, ticker);
            }
            case "jwt" -> {
                return jwt(options(parts.subList(1, parts.size())), clock);
            }
            default -> throw new IllegalArgumentException("expected simple or jwt, got \"" + parts.get(0) + "\"");
        }
    }

    private static Map<String, String> options(List<String> parts) {
        Map<String, String> options = new HashMap<>();
        for (String part : parts) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            if (equals < 0 || !OPTIONS.contains(name)) {
                throw new IllegalArgumentException("expected " + SIGN_METHOD + "=, " + PUBLIC_KEY + "=, " + PRIVATE_KEY
                        + "= or " + TTL + "=, got \"" + part + "\"");
            }
            if (options.put(name, part.substring(equals + 1)) != null) {
                throw new IllegalArgumentException(name + " is given twice");
            }
        }
        return options;
    }

    private static JwtTokens jwt(Map<String, String> options, InstantSource clock) {
        String method = options.getOrDefault(SIGN_METHOD, "");
        JwtAlgorithm algorithm = JwtAlgorithm.named(method)
                .orElseThrow(() -> new IllegalArgumentException("expected a " + SIGN_METHOD
                        + " such as RS256, PS256, ES256, HS256 or EdDSA, got \"" + method + "\""));
        Duration ttl = JWT_TTL_DEFAULT;
        String ttlText = options.get(TTL);
        if (ttlText != null) {
            long millis = GoDuration.parseMillis(ttlText).orElse(0);
            if (millis == 0) {
                throw new IllegalArgumentException("expected a " + TTL + " such as 5m, got \"" + ttlText + "\"");
            }
            ttl = Duration.ofMillis(millis);
        }
        try {
            JwtKeys keys = JwtKeys.read(algorithm, content(options.get(PRIVATE_KEY)), content(options.get(PUBLIC_KEY)));
            return new JwtTokens(keys, ttl, clock);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the keys for " + method + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static Optional<String> content(@Nullable String file) {
        if (file == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(Path.of(file)));
        } catch (IOException e) {
            throw new IllegalArgumentException("the key file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
