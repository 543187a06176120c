package io.leasehold.server.tls;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an X.509 certificate (RFC 5280) says, before somebody signs it with a key on an elliptic curve.
 *
 * @param issuer organization of who signs it
 * @param subject common name, and organization, of whom it is about
 * @param serial not negative
 * @param years how long it is valid, from {@code from} on
 * @param hosts names and IP addresses it is valid for; may be empty
 */
record CertificateForm(
        String issuer,
        String subject,
        PublicKey publicKey,
        BigInteger serial,
        Instant from,
        int years,
        Set<String> hosts) {
    /** ecdsa-with-SHA512, RFC 5758. */
    private static final byte[] SIGNATURE_ALGORITHM = Der.element(Der.SEQUENCE, Der.objectId("1.2.840.10045.4.3.4"));

    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;

    /** RFC 5280 wants two digits for the year before this one, and four from it on. */
    private static final int FOUR_DIGITS_FROM_YEAR = 2050;

    CertificateForm {
        hosts = Set.copyOf(hosts);
    }

    /** The certificate, encoded, with the issuer's signature. */
    byte[] signed(PrivateKey issuerKey) throws GeneralSecurityException {
        byte[] body = body();
        Signature signature = Signature.getInstance("SHA512withECDSA");
        signature.initSign(issuerKey);
        signature.update(body);
        return Der.element(Der.SEQUENCE, body, SIGNATURE_ALGORITHM, Der.bits(signature.sign()));
    }

    private byte[] body() {
        LocalDateTime start = LocalDateTime.ofInstant(from, ZoneOffset.UTC);
        return Der.element(
                Der.SEQUENCE,
                Der.element(0xa0, Der.element(Der.INTEGER, new byte[] {2})),
                Der.element(Der.INTEGER, serial.toByteArray()),
                SIGNATURE_ALGORITHM,
                name(issuer),
                Der.element(Der.SEQUENCE, time(start), time(start.plusYears(years))),
                name(subject),
                publicKey.getEncoded(),
                Der.element(0xa3, Der.element(Der.SEQUENCE, extensions())));
    }

    private static byte[] name(String name) {
        return Der.element(Der.SEQUENCE, attribute("2.5.4.10", name), attribute("2.5.4.3", name));
    }

    private static byte[] attribute(String type, String value) {
        return Der.element(Der.SET, Der.element(Der.SEQUENCE, Der.objectId(type), Der.text(Der.UTF8_STRING, value)));
    }

    private static byte[] time(LocalDateTime time) {
        boolean four = time.getYear() >= FOUR_DIGITS_FROM_YEAR;
        String pattern = (four ? "yyyy" : "yy") + "MMddHHmmss'Z'";
        return Der.text(
                four ? Der.GENERALIZED_TIME : Der.UTC_TIME,
                time.format(DateTimeFormatter.ofPattern(pattern, Locale.ROOT)));
    }

    private byte[][] extensions() {
        List<byte[]> extensions = new ArrayList<>();
        extensions.add(keyUsage());
        extensions.add(purposes());
        if (isAuthority()) {
            byte[] authority = Der.element(Der.SEQUENCE, Der.element(Der.BOOLEAN, new byte[] {(byte) 0xff}));
            extensions.add(extension("2.5.29.19", authority));
        }
        if (!hosts.isEmpty()) {
            extensions.add(alternativeNames());
        }
        return extensions.toArray(new byte[0][]);
    }

    /** Whoever vouches for itself is an authority, or nobody who trusts it could take it for one. */
    private boolean isAuthority() {
        return issuer.equals(subject);
    }

    /** For signatures, which is all TLS wants of such a key; an authority's for those on certificates as well. */
    private byte[] keyUsage() {
        byte[] digitalSignature = {Der.BIT_STRING, 2, 7, (byte) 0x80};
        byte[] andCertificates = {Der.BIT_STRING, 2, 2, (byte) 0x84};
        return extension("2.5.29.15", isAuthority() ? andCertificates : digitalSignature);
    }

    /** For servers and for clients: a member is both. */
    private static byte[] purposes() {
        return extension(
                "2.5.29.37",
                Der.element(Der.SEQUENCE, Der.objectId("1.3.6.1.5.5.7.3.1"), Der.objectId("1.3.6.1.5.5.7.3.2")));
    }

    private byte[] alternativeNames() {
        List<byte[]> names = new ArrayList<>();
        for (String host : new TreeSet<>(hosts)) {
            names.add(
                    CertificateNames.isAddress(host)
                            ? Der.element(IP_ADDRESS, address(host))
                            : Der.text(DNS_NAME, host));
        }
        return extension("2.5.29.17", Der.element(Der.SEQUENCE, names.toArray(new byte[0][])));
    }

    private static byte[] address(String host) {
        try {
            return InetAddress.getByName(host).getAddress();
        } catch (UnknownHostException notAnAddress) {
            throw new IllegalArgumentException("expected an IP address, got " + host, notAnAddress);
        }
    }

    private static byte[] extension(String id, byte[] value) {
        return Der.element(Der.SEQUENCE, Der.objectId(id), Der.element(Der.OCTET_STRING, value));
    }
}
