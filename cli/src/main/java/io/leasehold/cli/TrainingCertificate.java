package io.leasehold.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate for the training run and the authority behind it, made for it and thrown away after it: the JDK's keytool
 * makes a key store, whose content is written as the PEM files that people have.
 */
record TrainingCertificate(Path authority, Path certificate, Path key) {
    private static final String AUTHORITY = "authority";
    private static final String ALIAS = "training";
    private static final String PASSWORD = "training";

    /**
     * Makes one, in a directory that is there.
     *
     * @throws IOException if there is no keytool, or it fails
     */
    static TrainingCertificate make(Path directory) throws IOException {
        Path store = directory.resolve("store.p12");
        keytool(store, AUTHORITY, "-ext", "bc:c");
        keytool(store, ALIAS, "-signer", AUTHORITY, "-ext", "san=ip:127.0.0.1,dns:localhost");
        try {
            return fromStore(directory, store);
        } catch (GeneralSecurityException e) {
            throw new IOException("the key store of keytool cannot be read: " + e.getMessage(), e);
        }
    }

    private static void keytool(Path store, String alias, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/keytool",
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=" + alias,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
        command.addAll(List.of(more));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream said = keytool.getInputStream()) {
            String words = new String(said.readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new IOException("keytool: " + words.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while keytool made a certificate", e);
        }
    }

    private static TrainingCertificate fromStore(Path directory, Path file)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        return new TrainingCertificate(
                pem(
                        directory.resolve("authority.crt"),
                        "CERTIFICATE",
                        store.getCertificate(AUTHORITY).getEncoded()),
                pem(
                        directory.resolve("training.crt"),
                        "CERTIFICATE",
                        store.getCertificate(ALIAS).getEncoded()),
                pem(
                        directory.resolve("training.key"),
                        "PRIVATE KEY",
                        store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()));
    }

    private static Path pem(Path file, String what, byte[] bytes) throws IOException {
        String lines = Base64.getMimeEncoder().encodeToString(bytes);
        return Files.writeString(file, "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n");
    }
}
