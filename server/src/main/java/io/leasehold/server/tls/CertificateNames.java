package io.leasehold.server.tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which names and addresses a certificate is valid for (RFC 6125): its subject alternative names alone. Pure functions. */
final class CertificateNames {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*]?");

    private CertificateNames() {}

    /** Whether the certificate is valid for a host: a name, or an IP address perhaps in brackets. */
    static boolean covers(X509Certificate certificate, String host) {
        boolean address = isAddress(host);
        for (List<?> name : alternativeNames(certificate)) {
            if (address
                    && name.get(0).equals(IP_ADDRESS)
                    && sameAddress(name.get(1).toString(), host)) {
                return true;
            }
            if (!address && name.get(0).equals(DNS_NAME) && matches(name.get(1).toString(), host)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a host is an IP address, so that looking it up asks nobody. */
    static boolean isAddress(String host) {
        return ADDRESS.matcher(host).matches();
    }

    /** A star stands for the whole first label, and for nothing else. */
    private static boolean matches(String pattern, String host) {
        String wanted = withoutLastDot(host.toLowerCase(Locale.ROOT));
        String given = withoutLastDot(pattern.toLowerCase(Locale.ROOT));
        if (!given.startsWith("*.")) {
            return given.equals(wanted);
        }
        int dot = wanted.indexOf('.');
        return dot > 0 && wanted.substring(dot).equals(given.substring(1));
    }

    private static boolean sameAddress(String given, String host) {
        try {
            return InetAddress.getByName(given).equals(InetAddress.getByName(host));
        } catch (UnknownHostException notAnAddress) {
            return false;
        }
    }

    private static String withoutLastDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static Collection<List<?>> alternativeNames(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException none) {
            return List.of();
        }
    }
}
