package io.leasehold.server.gateway;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.leasehold.server.http.MessageEndpoint;
import io.leasehold.server.http.MessageEndpoint.Conversation;
import java.nio.charset.StandardCharsets;

/**
 * One gRPC call as a conversation over a WebSocket. Requests are taken in as fast as the method takes them, and responses
 * are asked for as fast as the client reads them.
 */
final class GatewayConversation extends ClientCall.Listener<Message> implements MessageEndpoint.Listener {
    /** The server's side of a conversation that is over before it began. */
    static final MessageEndpoint.Listener OVER = new MessageEndpoint.Listener() {
        @Override
        public void onMessage(String text) {}

        @Override
        public void onGone() {}
    };

    private final ClientCall<Message, Message> rpc;
    private final GatewayMethod method;
    private final JsonMessages json;
    private final Conversation out;
    private final int maxMessageBytes;

    GatewayConversation(
            ClientCall<Message, Message> rpc,
            GatewayMethod method,
            JsonMessages json,
            Conversation out,
            int maxMessageBytes) {
        this.rpc = rpc;
        this.method = method;
        this.json = json;
        this.out = out;
        this.maxMessageBytes = maxMessageBytes;
    }

    void start(Metadata metadata) {
        rpc.start(this, metadata);
        rpc.request(1);
    }

    @Override
    public void onMessage(String text) {
        Message request;
        try {
            request = json.parse(text.getBytes(StandardCharsets.UTF_8), method.emptyRequest());
        } catch (InvalidProtocolBufferException malformed) {
            rpc.cancel("a message that is no JSON: " + malformed.getMessage(), malformed);
            return;
        }
        if (request.getSerializedSize() > maxMessageBytes) {
            rpc.cancel("a message larger than max (" + maxMessageBytes + ")", null);
            return;
        }
        rpc.sendMessage(request);
        if (method.descriptor().getType().clientSendsOneMessage()) {
            rpc.halfClose();
            out.listen(false);
        } else if (!rpc.isReady()) {
            out.listen(false);
        }
    }

    @Override
    public void onGone() {
        rpc.cancel("the client has gone", null);
    }

    @Override
    public void onReady() {
        out.listen(true);
    }

    @Override
    public void onMessage(Message message) {
        String text = json.print(message);
        out.write(
                (method.streams() ? "{\"result\":" + text + "}" : text).getBytes(StandardCharsets.UTF_8),
                () -> rpc.request(1));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        if (!status.isOk()) {
            String error = method.streams() ? GatewayError.streamObject(status) : GatewayError.object(status);
            out.write(error.getBytes(StandardCharsets.UTF_8), () -> {});
        }
        out.end();
    }
}
