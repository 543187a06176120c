package io.leasehold.server.gateway;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * Rewrites the bytes in a message's JSON between base64, which is what the message parser knows, and text. Walks the JSON
 * along the message's descriptor, so that strings that are no bytes stay as they are. Pure functions.
 */
final class TextBytes {
    private static final String ESCAPE = "base64";

    private TextBytes() {}

    /** JSON in which bytes are base64, of JSON in which they are text. */
    static JsonElement toBase64(JsonElement json, Descriptor message) throws InvalidProtocolBufferException {
        return rewritten(json, message, TextBytes::encode);
    }

    /** JSON in which bytes are text, of JSON in which they are base64. */
    static JsonElement toText(JsonElement json, Descriptor message) throws InvalidProtocolBufferException {
        return rewritten(json, message, TextBytes::decode);
    }

    private interface Rewrite {
        JsonElement apply(JsonElement bytes) throws InvalidProtocolBufferException;
    }

    private static JsonElement rewritten(JsonElement json, Descriptor message, Rewrite rewrite)
            throws InvalidProtocolBufferException {
        if (!json.isJsonObject()) {
            return json;
        }
        Map<String, FieldDescriptor> fields = new HashMap<>();
        for (FieldDescriptor field : message.getFields()) {
            fields.put(field.getName(), field);
            fields.put(field.getJsonName(), field);
        }
        JsonObject result = new JsonObject();
        for (Map.Entry<String, JsonElement> member : json.getAsJsonObject().entrySet()) {
            FieldDescriptor field = fields.get(member.getKey());
            result.add(member.getKey(), field == null ? member.getValue() : value(member.getValue(), field, rewrite));
        }
        return result;
    }

    private static JsonElement value(JsonElement json, FieldDescriptor field, Rewrite rewrite)
            throws InvalidProtocolBufferException {
        if (json.isJsonArray()) {
            JsonArray result = new JsonArray();
            for (JsonElement each : json.getAsJsonArray()) {
                result.add(value(each, field, rewrite));
            }
            return result;
        }
        return switch (field.getJavaType()) {
            case BYTE_STRING -> json.isJsonNull() ? json : rewrite.apply(json);
            case MESSAGE -> rewritten(json, field.getMessageType(), rewrite);
            case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, ENUM -> json;
        };
    }

    private static JsonElement encode(JsonElement text) throws InvalidProtocolBufferException {
        if (text.isJsonObject() && text.getAsJsonObject().has(ESCAPE)) {
            return text.getAsJsonObject().get(ESCAPE);
        }
        if (!text.isJsonPrimitive()) {
            throw new InvalidProtocolBufferException("expected text, or {\"base64\":\"...\"}, got " + text);
        }
        byte[] bytes = text.getAsString().getBytes(StandardCharsets.UTF_8);
        return new JsonPrimitive(Base64.getEncoder().encodeToString(bytes));
    }

    private static JsonElement decode(JsonElement base64) {
        byte[] bytes = Base64.getDecoder().decode(base64.getAsString());
        try {
            return new JsonPrimitive(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException noText) {
            JsonObject escaped = new JsonObject();
            escaped.add(ESCAPE, base64);
            return escaped;
        }
    }
}
