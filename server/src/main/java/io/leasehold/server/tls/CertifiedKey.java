package io.leasehold.server.tls;

import io.leasehold.server.tls.TlsSettings.KeyPairFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;

/**
 * A private key and the certificates that vouch for it, the own one first. Keys may be in PKCS #8, PKCS #1 (RSA) or SEC 1
 * (elliptic curves), as OpenSSL and cfssl write them.
 */
record CertifiedKey(PrivateKey key, List<X509Certificate> chain) {
    private static final byte[] VERSION_0 = {0};

    CertifiedKey {
        chain = List.copyOf(chain);
    }

    /**
     * Reads the two files and checks that they belong together.
     *
     * @throws TlsFailed when they cannot be read, or do not
     */
    static CertifiedKey read(KeyPairFiles files) {
        List<X509Certificate> chain = certificates(files.certificate());
        PublicKey publicKey = chain.getFirst().getPublicKey();
        PrivateKey key = privateKey(files.key(), publicKey);
        if (!belongTogether(key, publicKey)) {
            throw new TlsFailed(
                    "the private key in " + files.key() + " is not that of the certificate in " + files.certificate());
        }
        return new CertifiedKey(key, chain);
    }

    /**
     * The certificates in a PEM file, at least one.
     *
     * @throws TlsFailed when the file cannot be read or holds none
     */
    static List<X509Certificate> certificates(Path file) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509Certificate> certificates = new ArrayList<>();
            for (Pem block : Pem.read(file)) {
                if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
                    certificates.add((X509Certificate) factory.generateCertificate(
                            new ByteArrayInputStream(block.content().toByteArray())));
                }
            }
            if (certificates.isEmpty()) {
                throw new TlsFailed("expected a certificate in PEM in " + file + ", found none");
            }
            return certificates;
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable("certificate", file, e);
        }
    }

    private static PrivateKey privateKey(Path file, PublicKey publicKey) {
        try {
            for (Pem block : Pem.read(file)) {
                byte[] encoded =
                        switch (block.label()) {
                            case "PRIVATE KEY" -> block.content().toByteArray();
                            case "RSA PRIVATE KEY", "EC PRIVATE KEY" ->
                                wrapped(block.content().toByteArray(), publicKey);
                            default -> null;
                        };
                if (encoded != null) {
                    return KeyFactory.getInstance(publicKey.getAlgorithm())
                            .generatePrivate(new PKCS8EncodedKeySpec(encoded));
                }
            }
            throw new TlsFailed("expected a private key in PEM in " + file + ", found none");
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw unreadable("private key", file, e);
        }
    }

    /** The older forms lack what algorithm they are for; the certificate's public key begins with just that. */
    private static byte[] wrapped(byte[] key, PublicKey publicKey) {
        return Der.element(
                Der.SEQUENCE,
                Der.element(Der.INTEGER, VERSION_0),
                Der.firstInside(publicKey.getEncoded()),
                Der.element(Der.OCTET_STRING, key));
    }

    private static boolean belongTogether(PrivateKey key, PublicKey publicKey) {
        String algorithm =
                switch (publicKey.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> publicKey.getAlgorithm();
                };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(VERSION_0);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(VERSION_0);
            return signature.verify(signed);
        } catch (GeneralSecurityException otherKindOfKey) {
            return false;
        }
    }

    private static TlsFailed unreadable(String what, Path file, Exception cause) {
        return new TlsFailed("cannot read the " + what + " in " + file + " (" + cause + ")", cause);
    }
}
