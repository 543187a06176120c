package io.leasehold.server.gateway;

import com.google.protobuf.Message;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.server.http.HttpCall;
import io.leasehold.server.http.HttpReply;
import io.leasehold.server.http.HttpStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes the messages of a stream as lines of JSON. The next message is asked for when the last has left for the network,
 * so a slow reader holds the stream back and nothing piles up. gRPC calls one listener from one thread at a time.
 */
final class StreamedAnswer extends ClientCall.Listener<Message> {
    private final HttpCall call;
    private final ClientCall<Message, Message> rpc;
    private final JsonMessages json;
    private @Nullable HttpStream stream;

    StreamedAnswer(HttpCall call, ClientCall<Message, Message> rpc, JsonMessages json) {
        this.call = call;
        this.rpc = rpc;
        this.json = json;
    }

    @Override
    public void onMessage(Message message) {
        if (stream == null) {
            stream = call.stream(200, GatewayEndpoint.REPLY_HEADERS);
            stream.onGone(() -> rpc.cancel("the HTTP client has gone", null));
        }
        stream.write(line("{\"result\":" + json.print(message) + "}"), () -> rpc.request(1));
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
            stream.write(line(GatewayError.streamObject(status)), () -> {});
        }
        stream.end();
    }

    private static byte[] line(String object) {
        return (object + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
