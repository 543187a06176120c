package io.leasehold.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate to show and its key, from PEM files; the key in PKCS #8, or in the older forms of OpenSSL (PKCS #1 for RSA,
 * SEC 1 for elliptic curves).
 */
record KeyPair(PrivateKey key, List<X509Certificate> chain) {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([^-]+)-----END", Pattern.DOTALL);

    private static final byte[] VERSION_0 = {2, 1, 0};
    private static final byte SEQUENCE = 0x30;
    private static final byte OCTET_STRING = 4;

    KeyPair {
        chain = List.copyOf(chain);
    }

    /**
     * Reads both.
     *
     * @throws IOException if a file cannot be read, or is none of these; the message says which
     */
    static KeyPair read(Path certificate, Path key) throws IOException {
        try {
            List<X509Certificate> chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(certificate)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (chain.isEmpty()) {
                throw new IOException("expected a certificate in PEM in " + certificate + ", found none");
            }
            return new KeyPair(privateKey(key, chain.get(0)), chain);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("cannot read " + certificate + " and " + key + ": " + e.getMessage(), e);
        }
    }

    X509Certificate[] chainArray() {
        return chain.toArray(new X509Certificate[0]);
    }

    private static PrivateKey privateKey(Path file, X509Certificate certificate)
            throws IOException, GeneralSecurityException {
        Matcher block = BLOCK.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!block.find()) {
            throw new IOException("expected a private key in PEM in " + file + ", found none");
        }
        byte[] encoded = Base64.getMimeDecoder().decode(block.group(2));
        byte[] publicKey = certificate.getPublicKey().getEncoded();
        byte[] pkcs8 = block.group(1).equals("PRIVATE KEY") ? encoded : wrapped(encoded, algorithm(publicKey));
        return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /** The older forms lack what algorithm they are for; the certificate's public key begins with just that. */
    private static byte[] wrapped(byte[] key, byte[] algorithm) {
        return element(SEQUENCE, VERSION_0, algorithm, element(OCTET_STRING, key));
    }

    /** The first element inside a sequence, in DER. */
    private static byte[] algorithm(byte[] publicKey) {
        int from = headerBytes(publicKey, 0);
        return Arrays.copyOfRange(publicKey, from, from + headerBytes(publicKey, from) + length(publicKey, from));
    }

    private static int headerBytes(byte[] der, int at) {
        return der[at + 1] >= 0 ? 2 : 2 + (der[at + 1] & 0x7f);
    }

    private static int length(byte[] der, int at) {
        if (der[at + 1] >= 0) {
            return der[at + 1];
        }
        int length = 0;
        for (int i = 0; i < (der[at + 1] & 0x7f); i++) {
            length = (length << 8) | (der[at + 2 + i] & 0xff);
        }
        return length;
    }

    private static byte[] element(byte tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        int length = content.size();
        if (length >= 0x100) {
            // Two bytes of length: keys are never longer than 64 KiB.
            element.write(0x82);
            element.write(length >> 8);
        } else if (length >= 0x80) {
            element.write(0x81);
        }
        element.write(length);
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }
}
