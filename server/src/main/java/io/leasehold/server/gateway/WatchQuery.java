package io.leasehold.server.gateway;

import com.google.protobuf.ByteString;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.server.http.HttpCall;
import java.util.List;
import java.util.OptionalLong;

/**
 * A watch asked for by {@code GET /v3/watch?key=…}, which is all that {@code EventSource} in a browser can do. Our own; the
 * answer is a stream of server-sent events.
 */
final class WatchQuery {
    /** What a range's end is when it has none. */
    private static final ByteString OPEN_END = ByteString.copyFrom(new byte[1]);

    private static final int LAST_BYTE = 0xff;

    private WatchQuery() {}

    /** Whether a call is one: it must ask for events, so that etcd's refusal of GET stays for all others. */
    static boolean isOne(HttpCall call, GatewayMethod method) {
        return call.method().equals("GET")
                && method.descriptor()
                        .getFullMethodName()
                        .equals(WatchGrpc.getWatchMethod().getFullMethodName())
                && StreamedAnswer.acceptsEvents(call);
    }

    /**
     * The request: {@code key}, then {@code range_end} or {@code prefix}, {@code start_revision}, {@code prev_kv} and
     * {@code progress_notify}. A browser that connects anew goes on behind the last event it has seen.
     */
    static List<WatchRequest> request(HttpCall call) {
        ByteString key = ByteString.copyFromUtf8(text(call, "key"));
        WatchCreateRequest.Builder create = WatchCreateRequest.newBuilder()
                .setKey(key)
                .setRangeEnd(flag(call, "prefix") ? prefixEnd(key) : ByteString.copyFromUtf8(text(call, "range_end")))
                .setPrevKv(flag(call, "prev_kv"))
                .setProgressNotify(flag(call, "progress_notify"));
        number(text(call, "start_revision")).ifPresent(create::setStartRevision);
        number(call.header("last-event-id").orElse("")).ifPresent(last -> create.setStartRevision(last + 1));
        return List.of(WatchRequest.newBuilder().setCreateRequest(create).build());
    }

    private static String text(HttpCall call, String name) {
        List<String> values = call.query().getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.getFirst();
    }

    /** {@code ?prefix} alone says as much as {@code ?prefix=true}. */
    private static boolean flag(HttpCall call, String name) {
        return call.query().containsKey(name) && !text(call, name).equals("false");
    }

    private static OptionalLong number(String text) {
        try {
            return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException notANumber) {
            return OptionalLong.empty();
        }
    }

    /** The first key behind all that begin with the prefix. */
    private static ByteString prefixEnd(ByteString prefix) {
        for (int at = prefix.size() - 1; at >= 0; at--) {
            int last = prefix.byteAt(at) & 0xff;
            if (last < LAST_BYTE) {
                return prefix.substring(0, at).concat(ByteString.copyFrom(new byte[] {(byte) (last + 1)}));
            }
        }
        return OPEN_END;
    }
}
