package io.leasehold.server.front;

import io.netty.handler.codec.http2.Http2Headers;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * For who debugs a client: writes the header fields of each HTTP/2 connection's first request on standard error, in the
 * lines that etcd writes with {@code GODEBUG=http2debug=2}, when that variable asks for it. Any thread.
 */
final class HeaderTrace {
    private static final Pattern ASKED = Pattern.compile("(^|,)http2debug=[12](,|$)");

    /** Who reads a log is not to become somebody else. */
    private static final Set<String> SECRET = Set.of("authorization", "token", "cookie");

    private final @Nullable PrintStream out;

    private HeaderTrace(@Nullable PrintStream out) {
        this.out = out;
    }

    /** What the variable {@code GODEBUG} asks for; it may be null. */
    static HeaderTrace asked(@Nullable String goDebug, PrintStream out) {
        return new HeaderTrace(goDebug != null && ASKED.matcher(goDebug).find() ? out : null);
    }

    void tell(Http2Headers headers) {
        PrintStream to = out;
        if (to == null) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            String name = field.getKey().toString();
            String value = SECRET.contains(name.toLowerCase(Locale.ROOT))
                    ? "(not shown)"
                    : field.getValue().toString();
            lines.append("http2: decoded hpack field header field ");
            quote(lines, name);
            lines.append(" = ");
            quote(lines, value);
            lines.append('\n');
        }
        to.print(lines);
        to.flush();
    }

    /** In quotes, with everything that is no visible ASCII as its code: a client must not be able to make up a line. */
    private static void quote(StringBuilder to, String text) {
        to.append('"');
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                to.append('\\').append((char) c);
            } else if (c < ' ' || c > '~') {
                to.append(String.format(Locale.ROOT, "\\x%02x", c));
            } else {
                to.append((char) c);
            }
        });
        to.append('"');
    }
}
