package io.leasehold.cli;

import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import java.time.Duration;

/** The flags by which a cluster is reached: pings, TLS, who asks. A mirror has them twice, once with a prefix. */
public final class Login {
    final Flag<Duration> keepaliveTime;
    final Flag<Duration> keepaliveTimeout;
    final Flag<String> cacert;
    final Flag<String> cert;
    final Flag<String> key;
    final Flag<Boolean> insecureTransport;
    final Flag<Boolean> insecureSkipTlsVerify;
    final Flag<String> user;
    final Flag<String> password;
    final Flag<String> token;

    /** Declares them, their names behind a prefix. */
    public Login(Flags flags, String prefix) {
        keepaliveTime = flags.duration(prefix + "keepalive-time", "2s", "time between pings");
        keepaliveTimeout = flags.duration(prefix + "keepalive-timeout", "6s", "longest wait for their answer");
        cacert = flags.text(prefix + "cacert", "file", "PEM file of trusted authorities");
        cert = flags.text(prefix + "cert", "file", "PEM file of the certificate to show");
        key = flags.text(prefix + "key", "file", "PEM file of its key");
        insecureTransport =
                flags.toggle(prefix + "insecure-transport", true, "no TLS unless certificates or https say so");
        insecureSkipTlsVerify = flags.toggle(prefix + "insecure-skip-tls-verify", "trust every server");
        user = flags.text(prefix + "user", "name[:password]", "who asks");
        password = flags.text(prefix + "password", "password", "the user's password");
        token = flags.text(prefix + "auth-jwt-token", "token", "a token in place of a password");
    }
}
