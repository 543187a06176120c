package io.leasehold.server.gateway;

import com.google.gson.JsonParseException;
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
 * JSON to message and back by the rules of etcd's gateway: names as declared, int64 as strings, bytes in base64, zero
 * values left out; on the way in names also in camel case, unknown names and unknown enum names ignored, both alphabets of
 * base64, with or without padding. Stateless.
 */
final class JsonMessages {
    private final JsonFormat.Parser parser = JsonFormat.parser().ignoringUnknownFields();
    private final JsonFormat.Printer printer =
            JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();

    /** The message a whole body stands for; an empty body is the empty message. */
    Message parse(byte[] body, Message prototype) throws InvalidProtocolBufferException {
        String text = new String(body, StandardCharsets.UTF_8);
        if (text.isBlank()) {
            return prototype;
        }
        checkStrictly(text);
        return parse(text, prototype);
    }

    /** The messages of a body of several JSON objects, one behind the other; those before the first that is none. */
    List<Message> parseAll(byte[] body, Message prototype) {
        List<Message> messages = new ArrayList<>();
        try {
            JsonStreamParser objects = new JsonStreamParser(new String(body, StandardCharsets.UTF_8));
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
            return printer.print(message);
        } catch (InvalidProtocolBufferException unknownAny) {
            throw new IllegalStateException("no message of ours has a field of type Any", unknownAny);
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
        parser.merge(text, builder);
        return builder.build();
    }
}
