package io.leasehold.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.statemachine.Proposal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JwtTokensTest {
    /** From RFC 7515, A.1: a token of somebody else's, signed by HS256. */
    private static final String FOREIGN = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
            + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
            + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    @TempDir
    Path directory;

    private Instant now = Instant.ofEpochSecond(1_800_000_000);

    private JwtTokens tokens(String options) {
        return (JwtTokens) TokenOptions.tokens("jwt," + options, Duration.ZERO, () -> 0, () -> now);
    }

    private Path pem(String name, String type, byte[] der) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                directory.resolve(name), "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
    }

    private String keyOptions(String method) throws Exception {
        if (method.startsWith("HS")) {
            Path secret = Files.writeString(directory.resolve("secret"), "a secret of some length");
            return "sign-method=" + method + ",priv-key=" + secret;
        }
        KeyPairGenerator generator =
                switch (method.substring(0, 2)) {
                    case "ES" -> {
                        KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
                        String curve = method.equals("ES512") ? "secp521r1" : "secp" + method.substring(2) + "r1";
                        ec.initialize(new ECGenParameterSpec(curve));
                        yield ec;
                    }
                    case "Ed" -> KeyPairGenerator.getInstance("Ed25519");
                    default -> {
                        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
                        rsa.initialize(2048);
                        yield rsa;
                    }
                };
        KeyPair pair = generator.generateKeyPair();
        Path priv = pem("private", "PRIVATE KEY", pair.getPrivate().getEncoded());
        Path pub = pem("public", "PUBLIC KEY", pair.getPublic().getEncoded());
        return "sign-method=" + method + ",priv-key=" + priv + ",pub-key=" + pub;
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS512", "PS256", "PS384", "ES256", "ES384", "ES512", "HS256", "HS512", "EdDSA"})
    void a_token_tells_its_user_and_revision(String method) throws Exception {
        JwtTokens tokens = tokens(keyOptions(method));

        String token = tokens.sign("alice", 7).orElseThrow();

        assertThat(tokens.identity(token, 9)).contains(new Proposal.Identity("alice", 7));
        assertThat(tokens.identity(token, 9)).as("remembered").isPresent();
    }

    @Test
    void a_token_ends_at_its_time() throws Exception {
        JwtTokens tokens = tokens(keyOptions("HS256") + ",ttl=5s");
        String token = tokens.sign("alice", 7).orElseThrow();

        now = now.plusSeconds(4);
        assertThat(tokens.identity(token, 7)).isPresent();
        now = now.plusSeconds(1);
        assertThat(tokens.identity(token, 7)).isEmpty();
    }

    @Test
    void another_algorithm_in_the_header_makes_a_token_worthless() throws Exception {
        JwtTokens tokens = tokens(keyOptions("HS256"));
        String[] parts = tokens.sign("alice", 7).orElseThrow().split("\\.", -1);
        String none = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));

        assertThat(tokens.identity(none + "." + parts[1] + ".", 7)).isEmpty();
        assertThat(tokens.identity(none + "." + parts[1] + "." + parts[2], 7)).isEmpty();
    }

    @Test
    void a_secret_that_is_the_public_key_does_not_sign() throws Exception {
        JwtTokens tokens = tokens(keyOptions("RS256"));
        JwtTokens forger = tokens("sign-method=HS256,priv-key=" + directory.resolve("public"));

        assertThat(tokens.identity(forger.sign("root", 7).orElseThrow(), 7)).isEmpty();
    }

    @Test
    void whatever_is_changed_in_a_token_makes_it_worthless() throws Exception {
        JwtTokens tokens = tokens(keyOptions("ES256"));
        String token = tokens.sign("alice", 7).orElseThrow();

        for (int i = 0; i < token.length() - 1; i++) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            String changed = token.substring(0, i) + other + token.substring(i + 1);
            assertThat(tokens.identity(changed, 7)).as("changed at %d", i).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a.b", "a.b.c", "%.%.%", FOREIGN})
    void what_is_no_token_of_ours_is_nobodys(String text) throws Exception {
        assertThat(tokens(keyOptions("HS256")).identity(text, 1)).isEmpty();
    }

    @Test
    void a_public_key_alone_verifies_but_does_not_sign() throws Exception {
        JwtTokens signer = tokens(keyOptions("RS256"));
        JwtTokens verifier = tokens("sign-method=RS256,pub-key=" + directory.resolve("public"));

        assertThat(verifier.sign("alice", 7)).isEmpty();
        assertThat(verifier.identity(signer.sign("alice", 7).orElseThrow(), 7)).isPresent();
    }

    @Test
    void an_rsa_or_ec_private_key_tells_the_public_one() throws Exception {
        keyOptions("RS256");
        JwtTokens rsa = tokens("sign-method=RS256,priv-key=" + directory.resolve("private"));

        assertThat(rsa.identity(rsa.sign("alice", 7).orElseThrow(), 7)).isPresent();
    }

    @Test
    void older_forms_of_keys_are_read() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        // The older form is what the newer one wraps: behind the frame of 26 and of 24 bytes.
        byte[] framed = pair.getPrivate().getEncoded();
        Path priv = pem("pkcs1", "RSA PRIVATE KEY", Arrays.copyOfRange(framed, 26, framed.length));
        byte[] framedPublic = pair.getPublic().getEncoded();
        Path pub = pem("pkcs1.pub", "RSA PUBLIC KEY", Arrays.copyOfRange(framedPublic, 24, framedPublic.length));

        JwtTokens tokens = tokens("sign-method=PS512,priv-key=" + priv + ",pub-key=" + pub);

        assertThat(tokens.identity(tokens.sign("alice", 7).orElseThrow(), 7)).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bogus | expected simple or jwt",
                "jwt | expected a sign-method",
                "jwt,sign-method=RS1 | expected a sign-method",
                "jwt,sign-method=HS256 | it needs priv-key",
                "jwt,sign-method=RS256 | it needs pub-key",
                "jwt,sign-method=RS256,priv-key=/no/such/file | cannot be read",
                "jwt,sign-method=RS256,bogus=1 | expected sign-method=",
                "jwt,sign-method=RS256,sign-method=RS256 | given twice",
                "jwt,sign-method=HS256,ttl=x | expected a ttl"
            })
    void options_that_make_no_sense_are_told(String specification, String problem) {
        assertThatThrownBy(() -> TokenOptions.tokens(specification, Duration.ZERO, () -> 0, () -> now))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void keys_that_do_not_belong_together_are_told() throws Exception {
        keyOptions("RS256");
        Path priv = Files.move(directory.resolve("private"), directory.resolve("first"));
        keyOptions("RS256");

        assertThatThrownBy(
                        () -> tokens("sign-method=RS256,priv-key=" + priv + ",pub-key=" + directory.resolve("public")))
                .hasMessageContaining("do not belong together");
    }
}
