package io.leasehold.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.protocol.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PasswordsTest {
    /** Of "password", made by Go's bcrypt at cost 4. */
    private static final String GO_HASH = "$2a$04$EMbGZVCuDMzcWW1.yTEQ7OfQ8e2CIwMcb1eDg9R6hXwa7GGqYNZAS";

    private final Passwords passwords = new Passwords(4);

    @AfterEach
    void close() {
        passwords.close();
    }

    private String hash(String password) throws Exception {
        CompletableFuture<String> hash = new CompletableFuture<>();
        passwords.hash(password, Runnable::run, hash::complete, code -> hash.complete(code.name()));
        return hash.get(30, TimeUnit.SECONDS);
    }

    private boolean verify(String password, String hash) throws Exception {
        CompletableFuture<Boolean> right = new CompletableFuture<>();
        passwords.verify(password, hash, Runnable::run, right::complete, code -> right.complete(false));
        return right.get(30, TimeUnit.SECONDS);
    }

    @Test
    void a_password_fits_its_hash_and_no_other_does() throws Exception {
        String hash = hash("s3cret");

        assertThat(hash).startsWith("$2a$04$").hasSize(60);
        assertThat(verify("s3cret", hash)).isTrue();
        assertThat(verify("s3cret", hash)).as("remembered").isTrue();
        assertThat(verify("S3cret", hash)).isFalse();
        assertThat(hash("s3cret")).as("with another salt").isNotEqualTo(hash);
    }

    @Test
    void the_empty_password_is_one() throws Exception {
        String hash = hash("");

        assertThat(verify("", hash)).isTrue();
        assertThat(verify(" ", hash)).isFalse();
    }

    @Test
    void what_is_no_hash_fits_nothing() throws Exception {
        assertThat(verify("x", "")).isFalse();
        assertThat(verify("x", "x")).isFalse();
        assertThat(verify("", "$2a$04$short")).isFalse();
        assertThat(verify("other", GO_HASH)).isFalse();
    }

    @Test
    void more_than_bcrypt_takes_is_refused() throws Exception {
        assertThat(hash("x".repeat(72))).startsWith("$2a$");
        assertThat(hash("x".repeat(73))).isEqualTo(ErrorCode.PASSWORD_TOO_LONG.name());
    }

    @Test
    void nobody_is_told_no() throws Exception {
        CompletableFuture<Boolean> right = new CompletableFuture<>();

        passwords.verifyNobody("x", Runnable::run, right::complete, code -> right.complete(true));

        assertThat(right.get(30, TimeUnit.SECONDS)).isFalse();
    }
}
