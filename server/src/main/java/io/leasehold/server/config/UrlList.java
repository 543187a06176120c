package io.leasehold.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the comma-separated URL lists of etcd's flags; what is wrong with one goes to the {@link FlagValues} as a problem. */
final class UrlList {
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})(\\.\\d{1,3}){3}");
    private static final String EXPECTED = "URLs such as http://127.0.0.1:2379, separated by commas";

    private UrlList() {}

    /** URLs to listen on: the host is an IP address or localhost. */
    static List<ListenUrl> listen(FlagValues values, String flag) {
        List<ListenUrl> urls = new ArrayList<>();
        for (URI uri : parse(values, flag, values.text(flag))) {
            String host = withoutBrackets(uri.getHost());
            if (host.equals("localhost")
                    || host.indexOf(':') >= 0
                    || IPV4.matcher(host).matches()) {
                urls.add(new ListenUrl(host, uri.getPort()));
            } else {
                values.problem(flag, "an IP address or localhost to listen on", uri.toString());
            }
        }
        return urls;
    }

    /** URLs to listen on, of a flag that may be empty: then nowhere. */
    static List<ListenUrl> listenIfGiven(FlagValues values, String flag) {
        return values.text(flag).isEmpty() ? List.of() : listen(values, flag);
    }

    /** URLs that others are told: any host name. */
    static List<String> advertise(FlagValues values, String flag) {
        return parse(values, flag, values.text(flag)).stream()
                .map(URI::toString)
                .toList();
    }

    /** One URL that stands in another list, such as the initial cluster's; empty when it is none. */
    static List<String> single(FlagValues values, String flag, String text) {
        return parse(values, flag, text).stream().map(URI::toString).toList();
    }

    private static List<URI> parse(FlagValues values, String flag, String text) {
        List<URI> uris = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            String trimmed = each.strip();
            URI uri = parseOne(trimmed);
            if (uri == null || uri.getScheme() == null) {
                values.problem(flag, EXPECTED, trimmed);
            } else if (List.of("https", "unix", "unixs").contains(uri.getScheme())) {
                values.problem(
                        "--" + flag + ": " + uri.getScheme() + ":// is not supported yet, got \"" + trimmed + "\"");
            } else if (!uri.getScheme().equals("http")
                    || uri.getHost() == null
                    || uri.getPort() < 0
                    || uri.getPort() > 65_535
                    || uri.getRawUserInfo() != null
                    || uri.getRawQuery() != null
                    || !(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))) {
                values.problem(flag, EXPECTED + " (scheme, host and port, and no path)", trimmed);
            } else {
                uris.add(URI.create("http://" + uri.getHost() + ":" + uri.getPort()));
            }
        }
        return uris;
    }

    private static @Nullable URI parseOne(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException notAUrl) {
            return null;
        }
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
