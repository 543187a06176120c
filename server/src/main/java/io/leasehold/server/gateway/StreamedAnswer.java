package io.leasehold.server.gateway;

import com.google.protobuf.Message;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.server.http.HttpCall;
import io.leasehold.server.http.HttpReply;
import io.leasehold.server.http.HttpStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the messages of a stream as lines of JSON, or as server-sent events for who accepts those. The next message is
 * asked for when the last has left for the network, so a slow reader holds the stream back and nothing piles up. gRPC
 * calls one listener from one thread at a time.
 */
final class StreamedAnswer extends ClientCall.Listener<Message> {
    private static final Map<String, String> EVENT_HEADERS =
            Map.of("Content-Type", "text/event-stream", "Cache-Control", "no-store");

    private final HttpCall call;
    private final ClientCall<Message, Message> rpc;
    private final JsonMessages json;
    private final boolean events;
    private final Runnable whenReady;
    private @Nullable HttpStream stream;

    /** {@code whenReady} runs when the method takes more requests again. */
    StreamedAnswer(HttpCall call, ClientCall<Message, Message> rpc, JsonMessages json, Runnable whenReady) {
        this.whenReady = whenReady;
        this.call = call;
        this.rpc = rpc;
        this.json = json;
        this.events = acceptsEvents(call);
    }

    /** Whether a caller wants server-sent events. */
    static boolean acceptsEvents(HttpCall call) {
        return call.header("accept").orElse("").contains("text/event-stream");
    }

    @Override
    public void onReady() {
        whenReady.run();
    }

    @Override
    public void onMessage(Message message) {
        if (stream == null) {
            stream = call.stream(200, events ? EVENT_HEADERS : GatewayEndpoint.REPLY_HEADERS);
            stream.onGone(() -> rpc.cancel("the HTTP client has gone", null));
        }
        stream.write(piece(message), () -> rpc.request(1));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        if (stream == null) {
            call.respond(
                    status.isOk()
                            ? new HttpReply(200, GatewayEndpoint.REPLY_HEADERS, ByteSequence.EMPTY)
                            : GatewayError.streamReply(status));
            return;
        }
        if (!status.isOk()) {
            String error = GatewayError.streamObject(status);
            stream.write(bytes(events ? "event: error\ndata: " + error + "\n\n" : error + "\n"), () -> {});
        }
        stream.end();
    }

    private byte[] piece(Message message) {
        if (!events) {
            return bytes("{\"result\":" + json.print(message) + "}\n");
        }
        return bytes(eventId(message) + "data: " + json.print(message) + "\n\n");
    }

    /** The revision up to which a watch has told all, by which a browser that connects anew goes on. */
    private static String eventId(Message message) {
        return message instanceof WatchResponse watched && watched.getEventsCount() > 0
                ? "id: "
                        + watched.getEvents(watched.getEventsCount() - 1)
                                .getKv()
                                .getModRevision() + "\n"
                : "";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
