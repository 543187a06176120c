package io.leasehold.client.naming;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one document of JSON (RFC 8259). For one thread. */
final class JsonParser {
    /** Deeper documents would end in a stack overflow, which a stranger's value must not cause. */
    private static final int DEPTH_MAX = 100;

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private final String text;
    private int at;
    private int depth;

    JsonParser(String text) {
        this.text = text;
    }

    JsonValue document() {
        JsonValue value = value();
        space();
        if (at < text.length()) {
            throw unexpected("the end");
        }
        return value;
    }

    private JsonValue value() {
        space();
        if (at >= text.length()) {
            throw unexpected("a value");
        }
        return switch (text.charAt(at)) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> new JsonValue.JsonText(string());
            case 't' -> word("true", new JsonValue.JsonBoolean(true));
            case 'f' -> word("false", new JsonValue.JsonBoolean(false));
            case 'n' -> word("null", JsonValue.NULL);
            default -> number();
        };
    }

    private JsonValue word(String word, JsonValue value) {
        if (!text.startsWith(word, at)) {
            throw unexpected(word);
        }
        at += word.length();
        return value;
    }

    private JsonValue number() {
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) {
            throw unexpected("a value");
        }
        at = number.end();
        return new JsonValue.JsonNumber(number.group());
    }

    private JsonValue object() {
        enter();
        Map<String, JsonValue> members = new LinkedHashMap<>();
        if (!closes('}')) {
            do {
                space();
                String name = string();
                expect(':');
                members.put(name, value());
            } while (goesOn('}'));
        }
        depth--;
        return new JsonValue.JsonObject(members);
    }

    private JsonValue array() {
        enter();
        List<JsonValue> values = new ArrayList<>();
        if (!closes(']')) {
            do {
                values.add(value());
            } while (goesOn(']'));
        }
        depth--;
        return new JsonValue.JsonArray(values);
    }

    private void enter() {
        at++;
        if (++depth > DEPTH_MAX) {
            throw unexpected("at most " + DEPTH_MAX + " levels");
        }
    }

    private boolean closes(char end) {
        space();
        boolean closed = at < text.length() && text.charAt(at) == end;
        at += closed ? 1 : 0;
        return closed;
    }

    private boolean goesOn(char end) {
        if (closes(end)) {
            return false;
        }
        expect(',');
        return true;
    }

    private void expect(char wanted) {
        space();
        if (at >= text.length() || text.charAt(at) != wanted) {
            throw unexpected("'" + wanted + "'");
        }
        at++;
    }

    private String string() {
        if (at >= text.length() || text.charAt(at) != '"') {
            throw unexpected("a string");
        }
        StringBuilder read = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char next = text.charAt(at);
            if (next == '"') {
                at++;
                return read.toString();
            }
            if (next < 0x20) {
                break;
            }
            read.append(next == '\\' ? escaped() : next);
        }
        throw unexpected("the end of a string");
    }

    /** Stands on the backslash, and afterwards on the last character of the escape. */
    private char escaped() {
        at++;
        if (at >= text.length()) {
            throw unexpected("an escape");
        }
        return switch (text.charAt(at)) {
            case '"' -> '"';
            case '\\' -> '\\';
            case '/' -> '/';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw unexpected("an escape");
        };
    }

    private char unicode() {
        int unit = 0;
        for (int digits = 0; digits < 4; digits++) {
            at++;
            int digit = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
            if (digit < 0) {
                throw unexpected("four hexadecimal digits");
            }
            unit = (unit << 4) | digit;
        }
        return (char) unit;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException unexpected(String wanted) {
        return new IllegalArgumentException("not JSON: expected " + wanted + " at character " + at);
    }

    /** The text as JSON writes it. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            switch (next) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (next < 0x20) {
                        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) next));
                    } else {
                        quoted.append(next);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
