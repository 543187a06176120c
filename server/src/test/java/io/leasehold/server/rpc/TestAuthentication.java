package io.leasehold.server.rpc;

import io.leasehold.server.auth.Authentication;
import io.leasehold.server.auth.Passwords;
import io.leasehold.server.auth.TokenOptions;
import io.leasehold.server.loop.Ticker;
import java.time.Duration;
import java.time.InstantSource;

/** Ways to recognise callers in tests; hashing costs as little as bcrypt allows. */
final class TestAuthentication {
    private static final int COST_MIN = 4;

    private TestAuthentication() {}

    static Authentication simple() {
        return with("simple");
    }

    static Authentication with(String tokens) {
        return new Authentication(
                TokenOptions.tokens(tokens, Duration.ofMinutes(5), Ticker.system(), InstantSource.system()),
                new Passwords(COST_MIN),
                false);
    }
}
