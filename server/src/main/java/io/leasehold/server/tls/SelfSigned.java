package io.leasehold.server.tls;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.server.tls.TlsSettings.KeyPairFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Set;

/**
 * A certificate that vouches for itself, for {@code --auto-tls}: it hides what is said from those who listen, and proves
 * nothing to those who connect. Kept in the data directory and made anew when it has expired or lacks a host.
 */
public final class SelfSigned {
    private static final int SERIAL_BITS = 127;
    private static final String NAME = "leasehold";

    private SelfSigned() {}

    /**
     * The key pair in a directory, made if need be.
     *
     * @param directory made if it is missing
     * @param hosts names and addresses the certificate is for
     * @param years how long a new one is valid
     * @param now the time of day, to tell whether the one there is valid still
     * @throws TlsFailed when the files cannot be written
     */
    public static KeyPairFiles keptIn(Path directory, Set<String> hosts, int years, Instant now) {
        KeyPairFiles files = new KeyPairFiles(directory.resolve("cert.pem"), directory.resolve("key.pem"));
        if (isUsable(files, hosts, now)) {
            return files;
        }
        try {
            make(files, hosts, years, now);
            return files;
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsFailed("cannot make a certificate in " + directory + " (" + e + ")", e);
        }
    }

    private static boolean isUsable(KeyPairFiles files, Set<String> hosts, Instant now) {
        if (!Files.exists(files.certificate()) || !Files.exists(files.key())) {
            return false;
        }
        try {
            X509Certificate certificate = CertifiedKey.read(files).chain().getFirst();
            return now.isBefore(certificate.getNotAfter().toInstant())
                    && hosts.stream().allMatch(host -> CertificateNames.covers(certificate, host));
        } catch (TlsFailed brokenFiles) {
            return false;
        }
    }

    private static void make(KeyPairFiles files, Set<String> hosts, int years, Instant now)
            throws IOException, GeneralSecurityException {
        SecureRandom random = new SecureRandom();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp521r1"), random);
        KeyPair keys = generator.generateKeyPair();
        CertificateForm form = new CertificateForm(
                NAME, NAME, keys.getPublic(), new BigInteger(SERIAL_BITS, random), now, years, hosts);
        Files.createDirectories(files.certificate().toAbsolutePath().getParent());
        write(
                files.key(),
                new Pem("PRIVATE KEY", ByteSequence.wrap(keys.getPrivate().getEncoded())));
        write(files.certificate(), new Pem("CERTIFICATE", ByteSequence.wrap(form.signed(keys.getPrivate()))));
    }

    /** Under another name first: whoever reads meanwhile reads the old file or the new one. */
    private static void write(Path file, Pem block) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(part, block.text());
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
