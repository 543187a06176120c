package io.leasehold.raft.ratis;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Finds in a failure why TLS did not come about, in the words that etcd's log has for it and that people search for. */
final class TlsRefusal {

    /** The JDK's text about an alert of the other side. */
    private static final Pattern ALERT = Pattern.compile("Received fatal alert: ([a-z_]+)");

    /** A chain of causes is never longer; one that is, goes round in a circle. */
    private static final int CAUSES_MAX = 16;

    private TlsRefusal() {}

    /** The reason; empty when TLS was not in the way. */
    static Optional<String> in(@Nullable Throwable failure) {
        Throwable at = failure;
        for (int each = 0; at != null && each < CAUSES_MAX; each++) {
            if (at instanceof SSLException) {
                return Optional.of(words(String.valueOf(at.getMessage())));
            }
            at = at.getCause();
        }
        return Optional.empty();
    }

    private static String words(String message) {
        Matcher alert = ALERT.matcher(message);
        if (!alert.find()) {
            return "tls: " + message;
        }
        // A JDK calls a certificate that it does not believe "unknown", Go calls it "bad".
        String name = alert.group(1).equals("certificate_unknown") ? "bad_certificate" : alert.group(1);
        return "remote error: tls: " + name.replace('_', ' ').toLowerCase(Locale.ROOT);
    }
}
