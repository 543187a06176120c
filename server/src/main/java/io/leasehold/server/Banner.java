package io.leasehold.server;

import io.leasehold.server.config.ListenUrl;
import io.leasehold.server.config.ServerVersion;
import java.nio.file.Path;
import java.util.List;

/** The few lines a person sees when a server has started: where it listens, where its data is, what to try. */
final class Banner {
    private static final String BOLD = "\u001b[1m";
    private static final String DIM = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";

    private Banner() {}

    /**
     * The lines, each with its line end.
     *
     * @param coloured whether escape sequences may be used
     */
    static String text(String name, List<ListenUrl> clients, Path dataDirectory, boolean coloured) {
        StringBuilder text = new StringBuilder("\n");
        text.append("  ").append(coloured ? BOLD : "").append("Leasehold ").append(ServerVersion.LEASEHOLD);
        text.append(coloured ? PLAIN : "").append(", member ").append(name).append(" is ready\n\n");
        for (ListenUrl url : clients) {
            line(text, "clients", url.toString(), coloured);
        }
        line(text, "data", dataDirectory.toAbsolutePath().normalize().toString(), coloured);
        line(text, "try", "etcdctl --endpoints=" + clients.getFirst() + " put greeting hello", coloured);
        return text.append('\n').toString();
    }

    private static void line(StringBuilder text, String label, String value, boolean coloured) {
        text.append("  ").append(coloured ? DIM : "").append(label).append(coloured ? PLAIN : "");
        text.repeat(" ", 10 - label.length()).append(value).append('\n');
    }
}
