package io.leasehold.cli.output;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Messages as Go's {@code encoding/json} writes the structs that are generated from them: fields in their order by their
 * proto names, zero ones left out, bytes in base64, enums and all numbers as numbers, a oneof inside the name it has.
 * Pure functions.
 */
public final class GoJson {
    private GoJson() {}

    /** The message in one line, without a line end. */
    public static String of(Message message) {
        StringBuilder json = new StringBuilder();
        append(json, message);
        return json.toString();
    }

    /** A string with its quotes, escaped as Go does for HTML's sake. */
    public static String text(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < ' ' || c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029') {
                        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        return json.append('"').toString();
    }

    /** Bytes as a JSON string. */
    public static String bytes(byte[] bytes) {
        return '"' + Base64.getEncoder().encodeToString(bytes) + '"';
    }

    static void append(StringBuilder json, Message message) {
        json.append('{');
        int start = json.length();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (!isSet(message, field)) {
                continue;
            }
            if (json.length() > start) {
                json.append(',');
            }
            boolean inOneof = field.getContainingOneof() != null;
            if (inOneof) {
                json.append(text(goName(field.getContainingOneof().getName()))).append(":{");
            }
            json.append(text(field.getName())).append(':');
            appendField(json, field, message.getField(field));
            if (inOneof) {
                json.append('}');
            }
        }
        json.append('}');
    }

    private static boolean isSet(Message message, FieldDescriptor field) {
        return field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : message.hasField(field);
    }

    private static void appendField(StringBuilder json, FieldDescriptor field, Object value) {
        if (!field.isRepeated()) {
            appendValue(json, field, value);
            return;
        }
        json.append('[');
        boolean first = true;
        for (Object element : (List<?>) value) {
            json.append(first ? "" : ",");
            first = false;
            appendValue(json, field, element);
        }
        json.append(']');
    }

    private static void appendValue(StringBuilder json, FieldDescriptor field, Object value) {
        switch (field.getType()) {
            case UINT64, FIXED64 -> json.append(Long.toUnsignedString((Long) value));
            case UINT32, FIXED32 -> json.append(Integer.toUnsignedString((Integer) value));
            case STRING -> json.append(text((String) value));
            case BYTES -> json.append(bytes(((ByteString) value).toByteArray()));
            case ENUM -> json.append(((EnumValueDescriptor) value).getNumber());
            case MESSAGE, GROUP -> append(json, (Message) value);
            default -> json.append(value);
        }
    }

    /** A proto name in Go's form: {@code target_union} becomes {@code TargetUnion}. */
    private static String goName(String protoName) {
        StringBuilder name = new StringBuilder();
        for (String word : protoName.split("_", -1)) {
            name.append(word.isEmpty() ? "" : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        return name.toString();
    }
}
