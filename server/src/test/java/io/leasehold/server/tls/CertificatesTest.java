package io.leasehold.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.server.tls.TlsSettings.KeyPairFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificatesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int PKCS_8_ALGORITHM = 1;

    @TempDir
    private Path directory;

    @Test
    void a_self_signed_certificate_vouches_for_its_hosts_and_is_kept() throws Exception {
        Set<String> hosts = Set.of("localhost", "127.0.0.1", "::1");

        KeyPairFiles files = SelfSigned.keptIn(directory.resolve("a/b"), hosts, 2, NOW);
        X509Certificate certificate = CertifiedKey.read(files).chain().getFirst();

        certificate.verify(certificate.getPublicKey());
        assertThat(hosts).allMatch(host -> CertificateNames.covers(certificate, host));
        assertThat(CertificateNames.covers(certificate, "127.0.0.2")).isFalse();
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo("2028-01-01T00:00:00Z");
        assertThat(certificate.getVersion()).isEqualTo(3);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.key())))
                .isEqualTo("rw-------");
        byte[] before = Files.readAllBytes(files.certificate());
        SelfSigned.keptIn(directory.resolve("a/b"), Set.of("localhost"), 2, NOW.plus(Duration.ofDays(1)));
        assertThat(Files.readAllBytes(files.certificate())).isEqualTo(before);
    }

    @Test
    void a_self_signed_certificate_is_made_anew_when_expired_broken_or_short_of_a_host() throws Exception {
        KeyPairFiles files = SelfSigned.keptIn(directory, Set.of("localhost"), 1, NOW);
        byte[] first = Files.readAllBytes(files.certificate());

        SelfSigned.keptIn(directory, Set.of("localhost"), 1, NOW.plus(Duration.ofDays(366)));
        byte[] second = Files.readAllBytes(files.certificate());
        SelfSigned.keptIn(directory, Set.of("localhost", "h"), 30, NOW);
        byte[] third = Files.readAllBytes(files.certificate());
        Files.writeString(files.key(), "broken");
        SelfSigned.keptIn(directory, Set.of("localhost", "h"), 30, NOW);

        assertThat(second).isNotEqualTo(first);
        assertThat(third).isNotEqualTo(second);
        assertThat(CertifiedKey.read(files).chain().getFirst().getNotAfter().toInstant())
                .as("beyond 2049 years have four digits")
                .isEqualTo("2056-01-01T00:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void keys_of_the_older_forms_are_read(String algorithm) throws Exception {
        KeyPairFiles files = TestAuthority.in(directory, "ca").issue(algorithm, "s", new String[] {"h"});
        byte[] pkcs8 = CertifiedKey.read(files).key().getEncoded();

        Files.writeString(
                files.key(),
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                        + new Pem(algorithm + " PRIVATE KEY", ByteSequence.wrap(innermost(pkcs8))).text());

        assertThat(CertifiedKey.read(files).key().getEncoded()).isEqualTo(pkcs8);
    }

    /** What PKCS #8 has wrapped: the contents of the octet string behind version and algorithm. */
    private static byte[] innermost(byte[] pkcs8) {
        byte[] version = Der.firstInside(pkcs8);
        byte[] rest = Arrays.copyOfRange(pkcs8, at(pkcs8) + version.length, pkcs8.length);
        byte[] algorithm = Der.firstInside(Der.element(Der.SEQUENCE, rest));
        byte[] octets = Arrays.copyOfRange(rest, algorithm.length, rest.length);
        return Arrays.copyOfRange(octets, at(octets), octets.length);
    }

    private static int at(byte[] element) {
        int first = element[PKCS_8_ALGORITHM] & 0xff;
        return 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    @Test
    void what_cannot_be_used_is_named() throws Exception {
        TestAuthority authority = TestAuthority.in(directory, "ca");
        KeyPairFiles one = authority.issue("one");
        KeyPairFiles two = authority.issue("two");
        Path empty = Files.writeString(directory.resolve("empty"), "nothing");
        Path encrypted = Files.writeString(
                directory.resolve("encrypted"),
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        Path broken = Files.writeString(
                directory.resolve("broken"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

        assertRefused(new KeyPairFiles(one.certificate(), two.key()), "is not that of the certificate");
        assertRefused(new KeyPairFiles(empty, one.key()), "expected a certificate in PEM");
        assertRefused(new KeyPairFiles(one.certificate(), empty), "expected a private key in PEM");
        assertRefused(new KeyPairFiles(one.certificate(), encrypted), "the key is encrypted");
        assertRefused(new KeyPairFiles(broken, one.key()), "cannot read the certificate in " + broken);
        assertRefused(new KeyPairFiles(directory.resolve("no"), one.key()), "NoSuchFileException");
    }

    private static void assertRefused(KeyPairFiles files, String message) {
        assertThatThrownBy(() -> CertifiedKey.read(files))
                .isInstanceOf(TlsFailed.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "a.example.com,true",
        "A.Example.Com.,true",
        "b.a.example.com,false",
        "example.com,false",
        "exact,true",
        "xexact,false",
        "10.0.0.1,true",
        "10.0.0.2,false",
        "::1,true",
        "[::1],true"
    })
    void names_match_as_certificates_have_them(String host, boolean covered) throws Exception {
        KeyPairFiles files = TestAuthority.in(directory, "ca").issue("s", "*.example.com", "exact", "10.0.0.1", "::1");

        assertThat(CertificateNames.covers(CertifiedKey.read(files).chain().getFirst(), host))
                .isEqualTo(covered);
    }

    @Test
    void the_common_name_is_the_subjects() throws Exception {
        KeyPairFiles files = TestAuthority.in(directory, "ca").issue("alice");

        assertThat(new ClientCertificate(CertifiedKey.read(files).chain().getFirst()).commonName())
                .isEqualTo("alice");
    }

    @Test
    void a_list_of_revoked_certificates_counts_from_the_moment_it_is_replaced() throws Exception {
        TestAuthority authority = TestAuthority.in(directory, "ca");
        X509Certificate certificate =
                CertifiedKey.read(authority.issue("s")).chain().getFirst();
        Path file = directory.resolve("crl");
        authority.revoke(file);
        RevocationList list = new RevocationList(file);

        assertThat(list.revokesAny(List.of(certificate))).isFalse();
        authority.revoke(file, authority.lastSerial());
        assertThat(list.revokesAny(List.of(certificate))).isTrue();
        Files.writeString(file, "broken");
        assertThatThrownBy(() -> list.revokesAny(List.of(certificate))).isInstanceOf(TlsFailed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "3005", "308405", "30847fffffff00", "30820000", "3080"})
    void cut_elements_are_no_elements(String hex) {
        byte[] bytes = new byte[hex.length() / 2];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) Integer.parseInt(hex.substring(2 * at, 2 * at + 2), 16);
        }

        assertThatThrownBy(() -> Der.firstInside(bytes)).isInstanceOf(IllegalArgumentException.class);
    }
}
