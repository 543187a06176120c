package io.leasehold.server.auth;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Optional;
import javax.crypto.Mac;

/** The ways to sign a token (RFC 7518), with Java's names for them. Pure; any thread. */
enum JwtAlgorithm {
    RS256(Kind.RSA, "SHA256withRSA", 0),
    RS384(Kind.RSA, "SHA384withRSA", 0),
    RS512(Kind.RSA, "SHA512withRSA", 0),
    PS256(Kind.RSA, "RSASSA-PSS", 32),
    PS384(Kind.RSA, "RSASSA-PSS", 48),
    PS512(Kind.RSA, "RSASSA-PSS", 64),
    ES256(Kind.EC, "SHA256withECDSAinP1363Format", 0),
    ES384(Kind.EC, "SHA384withECDSAinP1363Format", 0),
    ES512(Kind.EC, "SHA512withECDSAinP1363Format", 0),
    EDDSA(Kind.ED25519, "Ed25519", 0),
    HS256(Kind.SECRET, "HmacSHA256", 0),
    HS384(Kind.SECRET, "HmacSHA384", 0),
    HS512(Kind.SECRET, "HmacSHA512", 0);

    /** What a key must be. */
    enum Kind {
        RSA("RSA"),
        EC("EC"),
        ED25519("Ed25519"),
        SECRET("");

        /** Name for Java's key factories. */
        final String keyFactory;

        Kind(String keyFactory) {
            this.keyFactory = keyFactory;
        }
    }

    final Kind kind;
    private final String javaName;
    /** Length of the digest and of the salt, for the one scheme that wants to be told; else 0. */
    private final int pssBytes;

    JwtAlgorithm(Kind kind, String javaName, int pssBytes) {
        this.kind = kind;
        this.javaName = javaName;
        this.pssBytes = pssBytes;
    }

    /** The algorithm of that name in a token's header. */
    static Optional<JwtAlgorithm> named(String name) {
        for (JwtAlgorithm algorithm : values()) {
            if (algorithm.headerName().equals(name)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /** Its name in a token's header. */
    String headerName() {
        return this == EDDSA ? "EdDSA" : name();
    }

    String javaName() {
        return javaName;
    }

    byte[] sign(byte[] text, Key key) throws GeneralSecurityException {
        if (kind == Kind.SECRET) {
            Mac mac = Mac.getInstance(javaName);
            mac.init(key);
            return mac.doFinal(text);
        }
        Signature signature = signature();
        signature.initSign((PrivateKey) key);
        signature.update(text);
        return signature.sign();
    }

    boolean verify(byte[] text, byte[] signed, Key key) throws GeneralSecurityException {
        if (kind == Kind.SECRET) {
            return MessageDigest.isEqual(sign(text, key), signed);
        }
        Signature signature = signature();
        signature.initVerify((PublicKey) key);
        signature.update(text);
        return signature.verify(signed);
    }

    private Signature signature() throws GeneralSecurityException {
        Signature signature = Signature.getInstance(javaName);
        if (pssBytes > 0) {
            String digest = "SHA-" + 8 * pssBytes;
            signature.setParameter(new PSSParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), pssBytes, 1));
        }
        return signature;
    }
}
