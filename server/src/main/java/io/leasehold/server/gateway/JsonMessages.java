package io.leasehold.server.gateway;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonStreamParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * JSON to message and back, with bytes in one of two forms, by the rules of etcd's gateway: names as declared, int64 as strings, bytes in base64, zero
 * values left out; on the way in names also in camel case, unknown names and unknown enum names ignored, both alphabets of
 * base64, with or without padding. Stateless.
 */
final class JsonMessages {
    /**
     * Deeper nesting is no request of ours. Readers and writers of JSON go down by recursion, and the stack of an event loop
     * is not deep.
     */
    private static final int DEPTH_MAX = 100;

    private final BytesForm form;
    private final JsonFormat.Parser parser = JsonFormat.parser().ignoringUnknownFields();
    private final JsonFormat.Printer printer =
            JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();

    JsonMessages(BytesForm form) {
        this.form = form;
    }

    /** The message a whole body stands for; an empty body is the empty message. */
    Message parse(byte[] body, Message prototype) throws InvalidProtocolBufferException {
        String text = new String(body, StandardCharsets.UTF_8);
        if (text.isBlank()) {
            return prototype;
        }
        checkDepth(text);
        checkStrictly(text);
        return parse(text, prototype);
    }

    /** The messages of a body of several JSON objects, one behind the other; those before the first that is none. */
    List<Message> parseAll(byte[] body, Message prototype) {
        List<Message> messages = new ArrayList<>();
        try {
            String text = new String(body, StandardCharsets.UTF_8);
            checkDepth(text);
            JsonStreamParser objects = new JsonStreamParser(text);
            while (objects.hasNext()) {
                messages.add(parse(objects.next().toString(), prototype));
            }
        } catch (JsonParseException | InvalidProtocolBufferException endOfWhatCanBeRead) {
            return messages;
        }
        return messages;
    }

    /** The message as one line, without a line end. */
    String print(Message message) {
        try {
            String json = printer.print(message);
            return switch (form) {
                case BASE64 -> json;
                case TEXT ->
                    TextBytes.toText(JsonParser.parseString(json), message.getDescriptorForType())
                            .toString();
            };
        } catch (InvalidProtocolBufferException unknownAny) {
            throw new IllegalStateException("no message of ours has a field of type Any", unknownAny);
        }
    }

    private static void checkDepth(String text) throws InvalidProtocolBufferException {
        int depth = 0;
        boolean quoted = false;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted && c == '\\') {
                at++;
            } else if (!quoted && (c == '{' || c == '[')) {
                depth++;
            } else if (!quoted && (c == '}' || c == ']')) {
                depth--;
            }
            if (depth > DEPTH_MAX) {
                throw new InvalidProtocolBufferException("nested more than " + DEPTH_MAX + " levels deep");
            }
        }
    }

    /** protobuf's parser takes bare words, single quotes and much else that is no JSON. */
    private static void checkStrictly(String text) throws InvalidProtocolBufferException {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            reader.skipValue();
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new InvalidProtocolBufferException("unexpected text behind the JSON value");
            }
        } catch (InvalidProtocolBufferException surplus) {
            throw surplus;
        } catch (IOException malformed) {
            throw new InvalidProtocolBufferException(malformed);
        }
    }

    private Message parse(String text, Message prototype) throws InvalidProtocolBufferException {
        Message.Builder builder = prototype.newBuilderForType();
        parser.merge(inBase64(text, prototype), builder);
        return builder.build();
    }

    private String inBase64(String text, Message prototype) throws InvalidProtocolBufferException {
        return switch (form) {
            case BASE64 -> text;
            case TEXT ->
                TextBytes.toBase64(JsonParser.parseString(text), prototype.getDescriptorForType())
                        .toString();
        };
    }
}
