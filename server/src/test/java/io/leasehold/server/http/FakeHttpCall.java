package io.leasehold.server.http;

import io.leasehold.server.tls.ClientCertificate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request without a network: keeps what it is answered. */
public final class FakeHttpCall implements HttpCall {
    private final String method;
    private final String path;
    private final Map<String, List<String>> query = new HashMap<>();
    private final Map<String, List<String>> headers = new HashMap<>();
    private final byte[] body;
    private @Nullable HttpReply reply;
    private final List<String> pieces = new ArrayList<>();
    private boolean ended;
    private @Nullable ClientCertificate certificate;

    public FakeHttpCall(String method, String target, String body) {
        int mark = target.indexOf('?');
        this.method = method;
        this.path = mark < 0 ? target : target.substring(0, mark);
        this.body = body.getBytes(StandardCharsets.UTF_8);
        if (mark >= 0) {
            for (String pair : target.substring(mark + 1).split("&", -1)) {
                String[] nameAndValue = pair.split("=", 2);
                query.computeIfAbsent(nameAndValue[0], name -> new ArrayList<>())
                        .add(nameAndValue.length == 1 ? "" : nameAndValue[1]);
            }
        }
    }

    public static FakeHttpCall get(String target) {
        return new FakeHttpCall("GET", target, "");
    }

    public static FakeHttpCall post(String target, String body) {
        return new FakeHttpCall("POST", target, body);
    }

    public FakeHttpCall with(String lowerCaseName, String value) {
        headers.put(lowerCaseName, List.of(value));
        return this;
    }

    public FakeHttpCall with(ClientCertificate shown) {
        certificate = shown;
        return this;
    }

    /** Lets an endpoint answer; for those that do so at once. */
    public FakeHttpCall handledBy(HttpEndpoint endpoint) {
        if (!endpoint.serves(path)) {
            throw new AssertionError(path + " is not served");
        }
        endpoint.handle(this);
        return this;
    }

    public int status() {
        return replied().status();
    }

    public String text() {
        return replied().body().toUtf8();
    }

    public HttpReply replied() {
        if (reply == null) {
            throw new AssertionError("not answered");
        }
        return reply;
    }

    /** What was streamed, and whether it came to an end. */
    public List<String> lines() {
        if (!ended) {
            throw new AssertionError("the stream has not ended: " + pieces);
        }
        return pieces;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Map<String, List<String>> query() {
        return query;
    }

    @Override
    public Map<String, List<String>> headers() {
        return headers;
    }

    @Override
    public Optional<ClientCertificate> clientCertificate() {
        return Optional.ofNullable(certificate);
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public void respond(HttpReply answer) {
        if (reply != null) {
            throw new AssertionError("answered twice");
        }
        reply = answer;
    }

    @Override
    public HttpStream stream(int status, Map<String, String> streamHeaders) {
        return new HttpStream() {
            @Override
            public void write(byte[] piece, Runnable whenWritten) {
                pieces.add(new String(piece, StandardCharsets.UTF_8));
                whenWritten.run();
            }

            @Override
            public void end() {
                ended = true;
            }

            @Override
            public void onGone(Runnable action) {}
        };
    }
}
