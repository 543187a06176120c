package io.leasehold.server.auth;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.leasehold.statemachine.Proposal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Signed tokens (RFC 7519): every member with the key can tell whose they are, and no member keeps any. The one algorithm
 * is the member's, whatever a token's header says; a header that says another makes the token worthless. Any thread.
 *
 * <p>A token tells the auth revision at which it was made, so that any change of users or roles makes it old.
 */
public final class JwtTokens implements Tokens {
    /** A token's own signature is checked once; asymmetric ones take longer than the request they come with. */
    private static final int REMEMBERED_LIMIT = 10_000;

    /** Longer ones are nobody's: a name, two numbers, and a signature of at most a kilobyte. */
    private static final int TOKEN_LENGTH_MAX = 16_384;

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final JwtKeys keys;
    private final Duration ttl;
    private final InstantSource clock;

    private final Map<String, Claims> verified = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Claims> eldest) {
            return size() > REMEMBERED_LIMIT;
        }
    });

    /**
     * What a good token says.
     *
     * @param notBeforeSeconds,expirySeconds since 1970; it is good from the one until before the other
     */
    private record Claims(String userName, long authRevision, long notBeforeSeconds, long expirySeconds) {
        Proposal.Identity identity() {
            return new Proposal.Identity(userName, authRevision);
        }
    }

    JwtTokens(JwtKeys keys, Duration ttl, InstantSource clock) {
        this.keys = keys;
        this.ttl = ttl;
        this.clock = clock;
    }

    /** A token for a user; empty if this member has no key to sign it with. */
    public Optional<String> sign(String userName, long authRevision) {
        if (keys.signing() == null) {
            return Optional.empty();
        }
        JsonObject header = new JsonObject();
        header.addProperty("alg", keys.algorithm().headerName());
        header.addProperty("typ", "JWT");
        JsonObject claims = new JsonObject();
        claims.addProperty("exp", clock.instant().plus(ttl).getEpochSecond());
        claims.addProperty("revision", authRevision);
        claims.addProperty("username", userName);
        String text = encode(header) + "." + encode(claims);
        try {
            byte[] signature = keys.algorithm().sign(text.getBytes(StandardCharsets.US_ASCII), keys.signing());
            return Optional.of(text + "." + BASE64.encodeToString(signature));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was tried out at the start cannot sign", e);
        }
    }

    @Override
    public Optional<Proposal.Identity> identity(String token, long authRevision) {
        Claims claims = verified.get(token);
        if (claims == null) {
            claims = verify(token);
            if (claims == null) {
                return Optional.empty();
            }
            verified.put(token, claims);
        }
        long nowSeconds = clock.instant().getEpochSecond();
        boolean good = claims.notBeforeSeconds() <= nowSeconds && nowSeconds < claims.expirySeconds();
        return good ? Optional.of(claims.identity()) : Optional.empty();
    }

    @Override
    public boolean mayBecomeKnown(String token) {
        return false;
    }

    private @Nullable Claims verify(String token) {
        int signatureDot = token.lastIndexOf('.');
        int headerDot = token.indexOf('.');
        if (token.length() > TOKEN_LENGTH_MAX || headerDot < 0 || headerDot == signatureDot) {
            return null;
        }
        try {
            JsonObject header = decode(token.substring(0, headerDot));
            byte[] signed = token.substring(0, signatureDot).getBytes(StandardCharsets.UTF_8);
            byte[] signature = Base64.getUrlDecoder().decode(token.substring(signatureDot + 1));
            JsonElement algorithm = header.get("alg");
            if (algorithm == null
                    || !algorithm.getAsString().equals(keys.algorithm().headerName())
                    || !keys.algorithm().verify(signed, signature, keys.verifying())) {
                return null;
            }
            JsonObject claims = decode(token.substring(headerDot + 1, signatureDot));
            JsonElement userName = claims.get("username");
            JsonElement revision = claims.get("revision");
            if (userName == null || revision == null || userName.getAsString().isEmpty()) {
                return null;
            }
            return new Claims(
                    userName.getAsString(),
                    revision.getAsLong(),
                    seconds(claims, "nbf", Long.MIN_VALUE),
                    seconds(claims, "exp", Long.MAX_VALUE));
        } catch (GeneralSecurityException
                | JsonParseException
                | IllegalArgumentException
                | IllegalStateException
                | UnsupportedOperationException notAToken) {
            return null;
        }
    }

    private static long seconds(JsonObject claims, String name, long otherwise) {
        JsonElement claim = claims.get(name);
        return claim == null ? otherwise : claim.getAsLong();
    }

    private static String encode(JsonObject part) {
        return BASE64.encodeToString(part.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static JsonObject decode(String part) {
        byte[] json = Base64.getUrlDecoder().decode(part);
        return JsonParser.parseString(new String(json, StandardCharsets.UTF_8)).getAsJsonObject();
    }
}
