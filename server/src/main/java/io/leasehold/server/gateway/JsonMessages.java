package io.leasehold.server.gateway;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.etcdserverpb.TxnResponse;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * JSON to message and back, with bytes in one of two forms, by the rules of etcd's gateway: names as declared, int64 as
 * strings, bytes in base64, zero values left out; on the way in names also in camel case, unknown names and unknown enum
 * names ignored, both alphabets of base64, with or without padding. Stateless.
 */
final class JsonMessages {
    /** What the message parser itself follows. Deeper, there are only transactions in each other. */
    private static final int PLAIN_DEPTH_MAX = 100;

    /**
     * Deeper nesting is no request of ours: 150 transactions, as over gRPC, each in an object in a list in an object. Readers
     * of JSON go down by recursion, and the stack of an event loop is not deep.
     */
    private static final int DEPTH_MAX = 3 * 150;

    /** An equals sign or a single quote; two backslashes before it are one of the text's. */
    private static final Pattern ESCAPED = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u00(3d|27)");

    private static final int HEXADECIMAL = 16;

    private final BytesForm form;
    private final JsonFormat.Parser parser = JsonFormat.parser().ignoringUnknownFields();
    private final JsonFormat.Printer printer =
            JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();
    private final NestedTxns nested = new NestedTxns(parser, printer);

    JsonMessages(BytesForm form) {
        this.form = form;
    }

    /** The message a whole body stands for; an empty body is the empty message. */
    Message parse(byte[] body, Message prototype) throws InvalidProtocolBufferException {
        String text = new String(body, StandardCharsets.UTF_8);
        if (text.isBlank()) {
            return prototype;
        }
        int depth = depth(text);
        if (depth > (prototype instanceof TxnRequest ? DEPTH_MAX : PLAIN_DEPTH_MAX)) {
            throw new InvalidProtocolBufferException("nested too deep");
        }
        checkStrictly(text);
        if (depth > PLAIN_DEPTH_MAX) {
            return parseNested(text, prototype);
        }
        Message.Builder builder = prototype.newBuilderForType();
        parser.merge(inBase64(text, prototype), builder);
        return builder.build();
    }

    private Message parseNested(String text, Message prototype) throws InvalidProtocolBufferException {
        JsonElement json = tree(text);
        JsonElement base64 =
                switch (form) {
                    case BASE64 -> json;
                    case TEXT -> TextBytes.toBase64(json, prototype.getDescriptorForType());
                };
        if (!base64.isJsonObject()) {
            throw new InvalidProtocolBufferException("expected an object");
        }
        return nested.parse(base64.getAsJsonObject());
    }

    /** The message as one line, without a line end. */
    String print(Message message) {
        try {
            String json = message instanceof TxnResponse answer && NestedTxns.isNested(answer)
                    ? nested.print(answer)
                    : printer.print(message);
            return switch (form) {
                case BASE64 -> plain(json);
                case TEXT ->
                    plain(TextBytes.toText(tree(json), message.getDescriptorForType())
                            .toString());
            };
        } catch (InvalidProtocolBufferException unknownAny) {
            throw new IllegalStateException("no message of ours has a field of type Any", unknownAny);
        }
    }

    /** The printer escapes what must not stand in pages of HTML; etcd, and people who read a reason, write = and quotes. */
    private static String plain(String json) {
        if (!json.contains("\\u00")) {
            return json;
        }
        return ESCAPED.matcher(json)
                .replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1) + (char) Integer.parseInt(found.group(2), HEXADECIMAL)));
    }

    private static JsonElement tree(String text) {
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setNestingLimit(DEPTH_MAX + 1);
        return JsonParser.parseReader(reader);
    }

    /** How deep lists and objects lie in each other. */
    private static int depth(String text) {
        int deepest = 0;
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
            deepest = Math.max(deepest, depth);
        }
        return deepest;
    }

    /** protobuf's parser takes bare words, single quotes and much else that is no JSON. */
    private static void checkStrictly(String text) throws InvalidProtocolBufferException {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            reader.setNestingLimit(DEPTH_MAX + 1);
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

    private String inBase64(String text, Message prototype) throws InvalidProtocolBufferException {
        return switch (form) {
            case BASE64 -> text;
            case TEXT ->
                TextBytes.toBase64(tree(text), prototype.getDescriptorForType()).toString();
        };
    }
}
