package io.leasehold.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What tokens are signed and verified with.
 *
 * @param signing null if this member can only verify
 */
record JwtKeys(JwtAlgorithm algorithm, @Nullable Key signing, Key verifying) {
    /**
     * Reads the keys.
     *
     * @param privateText content of the private key's file, for a secret the secret itself; empty for none
     * @param publicText content of the public key's file; may be empty if there is a private one that tells it
     * @throws GeneralSecurityException if they are not what the algorithm needs, or do not belong together
     */
    static JwtKeys read(JwtAlgorithm algorithm, Optional<String> privateText, Optional<String> publicText)
            throws GeneralSecurityException {
        if (algorithm.kind == JwtAlgorithm.Kind.SECRET) {
            String secret = privateText.orElseThrow(() -> new GeneralSecurityException("it needs priv-key"));
            if (secret.isEmpty()) {
                throw new GeneralSecurityException("the secret is empty");
            }
            Key key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm.javaName());
            return new JwtKeys(algorithm, key, key);
        }
        PublicKey given = publicText.isPresent() ? PemKeys.publicKey(publicText.get(), algorithm.kind) : null;
        if (privateText.isEmpty()) {
            if (given == null) {
                throw new GeneralSecurityException("it needs pub-key, or priv-key, or both");
            }
            return new JwtKeys(algorithm, null, given);
        }
        PrivateKey signing = PemKeys.privateKey(privateText.get(), algorithm.kind);
        Optional<PublicKey> told = PemKeys.publicKeyOf(signing);
        PublicKey verifying = given;
        if (verifying == null) {
            verifying = told.orElseThrow(
                    () -> new GeneralSecurityException("this private key does not tell the public one: give pub-key"));
        }
        JwtKeys keys = new JwtKeys(algorithm, signing, verifying);
        keys.tryOut();
        return keys;
    }

    private void tryOut() throws GeneralSecurityException {
        byte[] text = {1, 2, 3};
        if (signing != null && !algorithm.verify(text, algorithm.sign(text, signing), verifying)) {
            throw new GeneralSecurityException("pub-key and priv-key do not belong together");
        }
    }
}
