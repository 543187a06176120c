package io.leasehold.server.tls;

import java.util.Optional;

/** The versions of TLS that are spoken, oldest first. Older ones are not, whatever is configured. */
public enum TlsVersion {
    TLS_1_2("TLS1.2", "TLSv1.2"),
    TLS_1_3("TLS1.3", "TLSv1.3");

    private final String flagName;
    private final String protocolName;

    TlsVersion(String flagName, String protocolName) {
        this.flagName = flagName;
        this.protocolName = protocolName;
    }

    /** The version etcd's flags call by that name, such as {@code TLS1.2}. */
    public static Optional<TlsVersion> named(String flagName) {
        for (TlsVersion version : values()) {
            if (version.flagName.equals(flagName)) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }

    /** The name in etcd's flags. */
    public String flagName() {
        return flagName;
    }

    /** The name in the JDK. */
    String protocolName() {
        return protocolName;
    }
}
