package io.leasehold.server.gateway;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.ClientCall;
import io.leasehold.server.http.DuplexEndpoint;

/**
 * The body of a stream's request, object by object: each is sent as soon as it is there, and no more is read while the
 * method takes none. What is no JSON ends the client's side, as in etcd, and so does the body's end. Runs on the
 * connection's loop.
 */
final class StreamedRequest implements DuplexEndpoint.Body {
    private final ClientCall<Message, Message> rpc;
    private final GatewayMethod method;
    private final JsonMessages json;
    private final JsonObjects objects;
    private final DuplexEndpoint.Flow flow;
    private final int maxMessageBytes;
    private boolean anySent;
    private boolean ended;

    /** The call is started; a request of more than {@code maxMessageBytes}, as a message, ends it. */
    StreamedRequest(
            ClientCall<Message, Message> rpc,
            GatewayMethod method,
            JsonMessages json,
            JsonObjects objects,
            DuplexEndpoint.Flow flow,
            int maxMessageBytes) {
        this.rpc = rpc;
        this.method = method;
        this.json = json;
        this.objects = objects;
        this.flow = flow;
        this.maxMessageBytes = maxMessageBytes;
    }

    @Override
    public void onPiece(byte[] piece) {
        for (byte[] object : objects.add(piece)) {
            if (!ended) {
                take(object);
            }
        }
        if (objects.isBroken()) {
            end();
        } else if (!rpc.isReady()) {
            flow.listen(false);
        }
    }

    @Override
    public void onEnd() {
        if (!anySent && method.descriptor().getType().clientSendsOneMessage()) {
            send(method.emptyRequest());
        }
        end();
    }

    @Override
    public void onGone() {
        ended = true;
        rpc.cancel("the HTTP client has gone", null);
    }

    /** Sends a request that is a message already. */
    void send(Message request) {
        if (request.getSerializedSize() > maxMessageBytes) {
            ended = true;
            rpc.cancel("a message larger than max (" + maxMessageBytes + ")", null);
            return;
        }
        anySent = true;
        rpc.sendMessage(request);
    }

    private void take(byte[] object) {
        try {
            send(json.parse(object, method.emptyRequest()));
        } catch (InvalidProtocolBufferException malformed) {
            end();
        }
    }

    private void end() {
        if (!ended) {
            ended = true;
            rpc.halfClose();
        }
    }
}
