package io.leasehold.server.config;

import io.leasehold.server.config.ListenUrl.Scheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the comma-separated URL lists of etcd's flags; what is wrong with one goes to the {@link FlagValues} as a problem. */
final class UrlList {
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})(\\.\\d{1,3}){3}");

    /** Not {@code java.net.URI}: it has no host for names with an underscore, which container networks are full of. */
    private static final Pattern TCP = Pattern.compile("(https?)://(\\[[0-9A-Fa-f:.%]+]|[^\\[\\]:/?#@]+):(\\d{1,5})/?");

    private static final Pattern UNIX = Pattern.compile("(unixs?):(?://)?(.+)");
    private static final String EXPECTED = "URLs such as http://127.0.0.1:2379, separated by commas";

    private UrlList() {}

    /** URLs to listen on: the host is an IP address or localhost. */
    static List<ListenUrl> listen(FlagValues values, String flag) {
        List<ListenUrl> urls = parse(flag, values.text(flag), values::malformed);
        for (ListenUrl url : urls) {
            if (!url.isUnix() && !isBindable(url.host())) {
                values.problem(flag, "an IP address or localhost to listen on", url.toString());
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
        return parse(flag, values.text(flag), values::malformed).stream()
                .map(ListenUrl::toString)
                .toList();
    }

    /** URLs that stand in another list, such as the initial cluster's; empty when they are none. */
    static List<String> single(FlagValues values, String flag, String text) {
        return parse(flag, text, values::problem).stream()
                .map(ListenUrl::toString)
                .toList();
    }

    private interface Complaint {
        void of(String flag, String expected, String seen);
    }

    private static List<ListenUrl> parse(String flag, String text, Complaint complaint) {
        List<ListenUrl> urls = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            ListenUrl url = parseOne(each.strip());
            if (url == null) {
                complaint.of(flag, EXPECTED + " (scheme, host and port, and no path)", each.strip());
            } else {
                urls.add(url);
            }
        }
        return urls;
    }

    private static @Nullable ListenUrl parseOne(String text) {
        Matcher unix = UNIX.matcher(text);
        if (unix.matches()) {
            return new ListenUrl(scheme(unix.group(1)), unix.group(2), 0);
        }
        Matcher tcp = TCP.matcher(text);
        if (!tcp.matches() || Integer.parseInt(tcp.group(3)) > 65_535) {
            return null;
        }
        return new ListenUrl(scheme(tcp.group(1)), withoutBrackets(tcp.group(2)), Integer.parseInt(tcp.group(3)));
    }

    private static Scheme scheme(String name) {
        return Scheme.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static boolean isBindable(String host) {
        return host.equals("localhost")
                || host.indexOf(':') >= 0
                || IPV4.matcher(host).matches();
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
