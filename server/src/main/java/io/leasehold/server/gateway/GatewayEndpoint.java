package io.leasehold.server.gateway;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.server.http.DuplexEndpoint;
import io.leasehold.server.http.HttpCall;
import io.leasehold.server.http.HttpReply;
import io.leasehold.server.http.MessageEndpoint;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code POST /v3/…} and {@code POST /leasehold/v1/…}: turns JSON into a gRPC call inside the process, and its outcome
 * into JSON. Streams are answered line by line, as events for browsers, or as messages of a WebSocket. Thread-safe.
 */
public final class GatewayEndpoint implements MessageEndpoint, DuplexEndpoint, AutoCloseable {
    /** What etcd's gateway sends with every answer that comes from a gRPC method. */
    static final Map<String, String> REPLY_HEADERS =
            Map.of("Content-Type", "application/json", "Grpc-Metadata-Content-Type", "application/grpc");

    /** etcd's words. */
    private static final String COMMON_NAME_REFUSED =
            "CommonName of client sending a request against gateway will be ignored and not used as expected\n";

    /** JSON writes bytes in base64, four characters for three, and names around them. */
    private static final int JSON_BYTES_PER_MESSAGE_BYTE = 2;

    private static final String METADATA_PREFIX = "grpc-metadata-";
    private static final List<String> OLDER_PREFIXES = List.of("/v3beta/", "/v3alpha/");

    /** A body that is there already. */
    private static final Flow WHOLE = on -> {};

    private static final Body NOTHING = new Body() {
        @Override
        public void onPiece(byte[] piece) {}

        @Override
        public void onEnd() {}

        @Override
        public void onGone() {}
    };

    private final InProcessServices services;
    private final JsonMessages base64 = new JsonMessages(BytesForm.BASE64);
    private final JsonMessages text = new JsonMessages(BytesForm.TEXT);
    private final int maxMessageBytes;
    private final int maxObjectBytes;
    private final CallSlots slots;
    private final BooleanSupplier commonNamesAreUsers;

    /**
     * Serves the methods of the services.
     *
     * @param maxMessageBytes the largest request message, as over gRPC
     * @param callsMax how many requests and streams are served at once; requests beyond that wait. Conversations
     *     over WebSockets do not count
     * @param commonNamesAreUsers whether users are asked for and a certificate's common name is one: then clients who show
     *     such a certificate are refused, since their calls come from inside the process, without it
     */
    public GatewayEndpoint(
            List<ServerServiceDefinition> services,
            int maxMessageBytes,
            int callsMax,
            BooleanSupplier commonNamesAreUsers) {
        this.services = new InProcessServices(services);
        this.maxMessageBytes = maxMessageBytes;
        this.maxObjectBytes = Math.multiplyExact(maxMessageBytes, JSON_BYTES_PER_MESSAGE_BYTE);
        this.slots = new CallSlots(callsMax);
        this.commonNamesAreUsers = commonNamesAreUsers;
    }

    @Override
    public boolean serves(String path) {
        return path.startsWith("/v3/")
                || path.startsWith("/leasehold/v1/")
                || OLDER_PREFIXES.stream().anyMatch(path::startsWith);
    }

    @Override
    public void handle(HttpCall call) {
        Optional<GatewayMethod> method = GatewayMethod.at(currentPath(call.path()));
        if (method.isEmpty()) {
            call.respond(HttpReply.json(404, "{\"code\":5,\"message\":\"Not Found\"}"));
        } else if (isUnheardName(call)) {
            call.respond(HttpReply.text(400, COMMON_NAME_REFUSED));
        } else if (WatchQuery.isOne(call, method.get())) {
            StreamedRequest request = stream(call, method.get(), json(call, BytesForm.TEXT), WHOLE);
            WatchQuery.request(call).forEach(request::send);
            request.onEnd();
        } else if (!call.method().equals("POST")) {
            call.respond(HttpReply.json(501, "{\"code\":12,\"message\":\"Method Not Allowed\"}"));
        } else if (method.get().streams()) {
            StreamedRequest request = stream(call, method.get(), json(call, BytesForm.BASE64), WHOLE);
            request.onPiece(call.body());
            request.onEnd();
        } else {
            callUnary(call, method.get());
        }
    }

    /** Where the client, too, sends a stream: there the call begins with the first object, not with the body's end. */
    @Override
    public boolean takesPieces(String httpMethod, String path) {
        return httpMethod.equals("POST")
                && GatewayMethod.at(currentPath(path))
                        .filter(method -> !method.descriptor().getType().clientSendsOneMessage())
                        .isPresent();
    }

    @Override
    public Body begin(HttpCall call, Flow flow) {
        if (isUnheardName(call)) {
            call.respond(HttpReply.text(400, COMMON_NAME_REFUSED));
            return NOTHING;
        }
        GatewayMethod method = GatewayMethod.at(currentPath(call.path())).orElseThrow();
        return stream(call, method, json(call, BytesForm.BASE64), flow);
    }

    @Override
    public boolean conversesAt(String path) {
        return GatewayMethod.at(currentPath(path)).isPresent();
    }

    /** A method as a conversation: every message is a request, and every response a message, as in etcd. */
    @Override
    public Listener converse(HttpCall call, Conversation out) {
        GatewayMethod method = GatewayMethod.at(currentPath(call.path())).orElseThrow();
        JsonMessages json = json(call, BytesForm.BASE64);
        if (isUnheardName(call)) {
            out.write(COMMON_NAME_REFUSED.getBytes(StandardCharsets.UTF_8), () -> {});
            out.end();
            return GatewayConversation.OVER;
        }
        GatewayConversation conversation = new GatewayConversation(newCall(method), method, json, out, maxMessageBytes);
        conversation.start(metadata(call));
        return conversation;
    }

    private boolean isUnheardName(HttpCall call) {
        return call.clientCertificate()
                        .filter(certificate -> !certificate.commonName().isEmpty())
                        .isPresent()
                && commonNamesAreUsers.getAsBoolean();
    }

    private JsonMessages json(HttpCall call, BytesForm whenUntold) {
        return switch (BytesForm.of(call, whenUntold)) {
            case BASE64 -> base64;
            case TEXT -> text;
        };
    }

    /** Refuses what comes from now on; running calls end as UNAVAILABLE. */
    @Override
    public void close() {
        services.close();
    }

    private static String currentPath(String path) {
        for (String older : OLDER_PREFIXES) {
            if (path.startsWith(older)) {
                return "/v3/" + path.substring(older.length());
            }
        }
        return path;
    }

    private void callUnary(HttpCall call, GatewayMethod method) {
        JsonMessages json = json(call, BytesForm.BASE64);
        Message request;
        try {
            request = json.parse(call.body(), method.emptyRequest());
        } catch (InvalidProtocolBufferException malformed) {
            call.respond(GatewayError.reply(Status.INVALID_ARGUMENT.withDescription(malformed.getMessage())));
            return;
        }
        if (request.getSerializedSize() > maxMessageBytes) {
            call.respond(GatewayError.reply(
                    Status.RESOURCE_EXHAUSTED.withDescription("grpc: received message larger than max ("
                            + request.getSerializedSize() + " vs. " + maxMessageBytes + ")")));
            return;
        }
        slots.enter(() -> {
            ClientCall<Message, Message> rpc = newCall(method);
            rpc.start(new Leaving(new UnaryAnswer(call, json)), metadata(call));
            rpc.request(2);
            rpc.sendMessage(request);
            rpc.halfClose();
        });
    }

    private StreamedRequest stream(HttpCall call, GatewayMethod method, JsonMessages json, Flow flow) {
        ClientCall<Message, Message> rpc = newCall(method);
        slots.enterAtOnce();
        rpc.start(new Leaving(new StreamedAnswer(call, rpc, json, () -> flow.listen(true))), metadata(call));
        rpc.request(1);
        return new StreamedRequest(rpc, method, json, new JsonObjects(maxObjectBytes), flow, maxMessageBytes);
    }

    private ClientCall<Message, Message> newCall(GatewayMethod method) {
        return services.channel().newCall(method.descriptor(), CallOptions.DEFAULT);
    }

    /** The token, and what the client marked as meant for gRPC. */
    private static Metadata metadata(HttpCall call) {
        Metadata metadata = new Metadata();
        call.headers().forEach((name, values) -> {
            String key = name.startsWith(METADATA_PREFIX) ? name.substring(METADATA_PREFIX.length()) : name;
            if ((name.equals("authorization") || !key.equals(name)) && isTextKey(key)) {
                values.forEach(value -> metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value));
            }
        });
        return metadata;
    }

    private static boolean isTextKey(String key) {
        return key.matches("[0-9a-z_.-]+") && !key.endsWith(Metadata.BINARY_HEADER_SUFFIX) && !key.startsWith("grpc-");
    }

    /** Makes room for another call when this one has ended. */
    private final class Leaving extends SimpleForwardingClientCallListener<Message> {
        Leaving(ClientCall.Listener<Message> answer) {
            super(answer);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            try {
                super.onClose(status, trailers);
            } finally {
                slots.leave();
            }
        }
    }

    /** Waits for the one message and answers with it, or with the error. */
    private static final class UnaryAnswer extends ClientCall.Listener<Message> {
        private final HttpCall call;
        private final JsonMessages json;
        private @Nullable Message answer;

        UnaryAnswer(HttpCall call, JsonMessages json) {
            this.call = call;
            this.json = json;
        }

        @Override
        public void onMessage(Message message) {
            answer = message;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (!status.isOk() || answer == null) {
                call.respond(GatewayError.reply(status.isOk() ? Status.INTERNAL : status));
                return;
            }
            byte[] body = json.print(answer).getBytes(StandardCharsets.UTF_8);
            call.respond(new HttpReply(200, REPLY_HEADERS, ByteSequence.wrap(body)));
        }
    }
}
