package io.leasehold.server.tls;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.server.tls.TlsSettings.KeyPairFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Signs certificates, and lists of revoked ones, for tests; everything lies in one directory. */
public final class TestAuthority {
    private static final byte[] ECDSA_SHA512 = Der.element(Der.SEQUENCE, Der.objectId("1.2.840.10045.4.3.4"));

    private final Path directory;
    private final String name;
    private final KeyPair keys;
    private long lastSerial = 100;

    private TestAuthority(Path directory, String name, KeyPair keys) {
        this.directory = directory;
        this.name = name;
        this.keys = keys;
    }

    /** An authority with a certificate of its own in {@link #file}. */
    public static TestAuthority in(Path directory, String name) throws IOException, GeneralSecurityException {
        KeyPair keys = keys("EC");
        TestAuthority authority = new TestAuthority(directory, name, keys);
        CertificateForm form =
                new CertificateForm(name, name, keys.getPublic(), BigInteger.ONE, yesterday(), 10, Set.of());
        write(authority.file(), new Pem("CERTIFICATE", ByteSequence.wrap(form.signed(keys.getPrivate()))));
        return authority;
    }

    /** Where its certificate is. */
    public Path file() {
        return directory.resolve(name + "-ca.pem");
    }

    /** A certificate on a key of an elliptic curve. */
    public KeyPairFiles issue(String subject, String... hosts) throws IOException, GeneralSecurityException {
        return issue("EC", subject, hosts);
    }

    /** A certificate on a key of that algorithm, {@code EC} or {@code RSA}. */
    public KeyPairFiles issue(String algorithm, String subject, String[] hosts)
            throws IOException, GeneralSecurityException {
        KeyPair pair = keys(algorithm);
        KeyPairFiles files = new KeyPairFiles(
                directory.resolve(name + "-" + subject + ".pem"), directory.resolve(name + "-" + subject + ".key"));
        CertificateForm form = new CertificateForm(
                name, subject, pair.getPublic(), BigInteger.valueOf(++lastSerial), yesterday(), 10, Set.of(hosts));
        write(files.certificate(), new Pem("CERTIFICATE", ByteSequence.wrap(form.signed(keys.getPrivate()))));
        write(
                files.key(),
                new Pem("PRIVATE KEY", ByteSequence.wrap(pair.getPrivate().getEncoded())));
        return files;
    }

    /** The certificate in the files, as if a client had shown it. */
    public static ClientCertificate certificate(KeyPairFiles files) {
        return new ClientCertificate(CertifiedKey.read(files).chain().getFirst());
    }

    /** Serial number of the certificate issued last. */
    public long lastSerial() {
        return lastSerial;
    }

    /** Writes a list that revokes the serial numbers, replacing the file. */
    public void revoke(Path file, long... serials) throws IOException, GeneralSecurityException {
        byte[] time = Der.text(Der.UTC_TIME, "200101000000Z");
        byte[][] entries = new byte[serials.length][];
        for (int at = 0; at < serials.length; at++) {
            entries[at] = Der.element(
                    Der.SEQUENCE,
                    Der.element(Der.INTEGER, BigInteger.valueOf(serials[at]).toByteArray()),
                    time);
        }
        byte[] issuer = Der.element(
                Der.SEQUENCE,
                Der.element(
                        Der.SET, Der.element(Der.SEQUENCE, Der.objectId("2.5.4.3"), Der.text(Der.UTF8_STRING, name))));
        byte[] body = Der.element(Der.SEQUENCE, ECDSA_SHA512, issuer, time, time, Der.element(Der.SEQUENCE, entries));
        Signature signature = Signature.getInstance("SHA512withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(body);
        byte[] list = Der.element(Der.SEQUENCE, body, ECDSA_SHA512, Der.bits(signature.sign()));
        write(file, new Pem("X509 CRL", ByteSequence.wrap(list)));
    }

    /** TLS with a key pair and nothing else asked for. */
    public static TlsSettings settings(@Nullable KeyPairFiles pair) {
        return settings(pair, null, null, List.of(), List.of());
    }

    /** TLS that demands a certificate of the authority, if one is given. */
    public static TlsSettings settings(
            @Nullable KeyPairFiles pair,
            @Nullable Path trusted,
            @Nullable Path revoked,
            List<String> commonNames,
            List<String> hostnames) {
        return new TlsSettings(
                pair,
                null,
                trusted,
                revoked,
                trusted != null,
                commonNames,
                hostnames,
                List.of(),
                TlsVersion.TLS_1_2,
                TlsVersion.TLS_1_3,
                false,
                1);
    }

    private static KeyPair keys(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        } else {
            generator.initialize(2_048);
        }
        return generator.generateKeyPair();
    }

    private static Instant yesterday() {
        return Instant.now().minusSeconds(86_400);
    }

    private static void write(Path file, Pem block) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(part, block.text());
        Files.deleteIfExists(file);
        Files.move(part, file);
    }
}
