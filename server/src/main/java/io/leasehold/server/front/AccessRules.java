package io.leasehold.server.front;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.server.config.ServerConfig.HttpAccess;
import io.leasehold.server.http.HttpCall;
import io.leasehold.server.http.HttpReply;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which HTTP requests get past the door, and what the pages of other origins are told. Immutable. */
final class AccessRules {
    private final @Nullable HttpAccess browsers;

    private AccessRules(@Nullable HttpAccess browsers) {
        this.browsers = browsers;
    }

    /** For clients, pages in browsers among them: by Host header and origin, as etcd does. */
    static AccessRules forClients(HttpAccess access) {
        return new AccessRules(access);
    }

    /** For programs: all come in, and no page is told anything. */
    static AccessRules forPrograms() {
        return new AccessRules(null);
    }

    /** The rules that let everybody in, pages of any origin too. */
    static AccessRules open() {
        return forClients(new HttpAccess(Set.of(), Set.of(), true));
    }

    /**
     * The answer to a request that does not get to an endpoint.
     *
     * @param secure whether it came by TLS: then no page can have been led here by a forged name
     */
    Optional<HttpReply> answerAtTheDoor(HttpCall call, boolean secure) {
        if (browsers == null) {
            return Optional.empty();
        }
        String host = hostname(call.header("host").orElse(""));
        if (!secure && !browsers.allowsHost(host)) {
            return Optional.of(
                    HttpReply.text(
                            421,
                            "The host \"" + host + "\" in the Host header is not served here.\n"
                                    + "Use TLS, or add the host to --host-whitelist.\n"
                                    + "(A page could otherwise be led here by a forged name: DNS rebinding, CVE-2018-5702.)\n"));
        }
        if (call.method().equals("OPTIONS")) {
            return Optional.of(new HttpReply(200, Map.of(), ByteSequence.EMPTY));
        }
        return Optional.empty();
    }

    /** Headers that go with the answer to a page of an origin; {@code origin} is empty when none was named. */
    Map<String, String> headers(String origin) {
        Optional<String> allowed = browsers == null ? Optional.empty() : browsers.allowedOrigin(origin);
        return allowed.map(told -> Map.of(
                        "Access-Control-Allow-Methods", "POST, GET, OPTIONS, PUT, DELETE",
                        "Access-Control-Allow-Origin", told,
                        "Access-Control-Allow-Headers", "accept, content-type, authorization"))
                .orElse(Map.of());
    }

    /** The Host header without its port, and without the brackets of an IPv6 address. */
    private static String hostname(String header) {
        if (header.startsWith("[")) {
            int end = header.indexOf(']');
            return end < 0 ? header : header.substring(1, end);
        }
        int colon = header.indexOf(':');
        return colon < 0 ? header : header.substring(0, colon);
    }
}
