package io.leasehold.server.gateway;

import com.google.gson.JsonParseException;
import com.google.gson.JsonStreamParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
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
        return text.isBlank() ? prototype : parse(text, prototype);
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

    private Message parse(String text, Message prototype) throws InvalidProtocolBufferException {
        Message.Builder builder = prototype.newBuilderForType();
        parser.merge(text, builder);
        return builder.build();
    }
}
