package io.leasehold.client.naming;

import io.leasehold.protocol.ByteSequence;
import java.util.Optional;

/**
 * Where a service can be reached.
 *
 * @param address {@code host:port}, {@code [v6]:port}, or without port; not empty
 * @param metadata anything; {@link JsonValue#NULL} for nothing. Readers as old as etcd 3.4 expect text.
 */
public record Endpoint(String address, JsonValue metadata) {
    public Endpoint {
        if (address.isEmpty()) {
            throw new IllegalArgumentException("an address is not empty");
        }
    }

    /** Without metadata. */
    public static Endpoint at(String address) {
        return new Endpoint(address, JsonValue.NULL);
    }

    /** With text as metadata. */
    public static Endpoint at(String address, String metadata) {
        return new Endpoint(address, JsonValue.text(metadata));
    }

    /**
     * Reads a key's value, as Go's programs of any version or a person wrote it: with or without {@code Op} and
     * {@code Metadata}, names in any letters, further members ignored. Empty if it is no JSON object with an address.
     */
    public static Optional<Endpoint> parse(ByteSequence value) {
        JsonValue document;
        try {
            document = JsonValue.parse(value.toUtf8());
        } catch (IllegalArgumentException notJson) {
            return Optional.empty();
        }
        if (!(document instanceof JsonValue.JsonObject object)) {
            return Optional.empty();
        }
        JsonValue metadata = object.member("Metadata").orElse(JsonValue.NULL);
        return object.member("Addr")
                .filter(address -> address instanceof JsonValue.JsonText text
                        && !text.value().isEmpty())
                .map(address -> new Endpoint(((JsonValue.JsonText) address).value(), metadata));
    }

    /** The key's value as Go's {@code endpoints} package writes it. */
    public ByteSequence encoded() {
        return ByteSequence.utf8("{\"Op\":0,\"Addr\":" + JsonValue.text(address) + ",\"Metadata\":" + metadata + "}");
    }
}
