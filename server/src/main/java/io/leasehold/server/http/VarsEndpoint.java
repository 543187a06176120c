package io.leasehold.server.http;

/**
 * {@code GET /debug/vars}: how much memory the process has, as etcd's monitors ask for it. It is served without a flag, so
 * it tells nothing that {@code /metrics} does not; the command line is with the other pages of {@link DebugEndpoint}.
 */
public final class VarsEndpoint implements HttpEndpoint {
    /** The one page. */
    public VarsEndpoint() {}

    @Override
    public boolean serves(String path) {
        return path.equals("/debug/vars");
    }

    @Override
    public void handle(HttpCall call) {
        if (!call.method().equals("GET")) {
            call.respond(HttpReply.onlyGet());
            return;
        }
        call.respond(HttpReply.json(200, "{" + memory() + "}\n"));
    }

    /** The heap as a field of a JSON object, by Go's names. */
    static String memory() {
        Runtime runtime = Runtime.getRuntime();
        long committedBytes = runtime.totalMemory();
        return "\"memstats\":{\"HeapInuse\":" + (committedBytes - runtime.freeMemory()) + ",\"HeapSys\":"
                + committedBytes + "}";
    }
}
