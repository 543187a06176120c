package io.leasehold.server.http;

import io.leasehold.protocol.ByteSequence;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A whole HTTP answer. The content length is added by whoever sends it. */
public record HttpReply(int status, Map<String, String> headers, ByteSequence body) {
    private static final String TEXT = "text/plain; charset=utf-8";

    /** Copies the headers, keeping their order. */
    public HttpReply {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** An answer of plain text; browsers are told not to guess another type. */
    public static HttpReply text(int status, String body) {
        return new HttpReply(status, headers(TEXT, "X-Content-Type-Options", "nosniff"), ByteSequence.utf8(body));
    }

    /** An answer of JSON. */
    public static HttpReply json(int status, String body) {
        return new HttpReply(status, Map.of("Content-Type", "application/json"), ByteSequence.utf8(body));
    }

    /** The refusal of a method where only GET is served. */
    public static HttpReply onlyGet() {
        return new HttpReply(405, headers(TEXT, "Allow", "GET"), ByteSequence.utf8("Method Not Allowed\n"));
    }

    /** Nobody serves this path. */
    public static HttpReply notFound() {
        return text(404, "404 page not found\n");
    }

    private static Map<String, String> headers(String contentType, String name, String value) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", contentType);
        headers.put(name, value);
        return headers;
    }
}
