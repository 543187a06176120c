package io.leasehold.client.naming;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value of JSON, immutable; {@code toString} writes it without spaces. */
public sealed interface JsonValue {
    /** Nothing. */
    record JsonNull() implements JsonValue {
        @Override
        public String toString() {
            return "null";
        }
    }

    /** True or false. */
    record JsonBoolean(boolean value) implements JsonValue {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /** A number as it was written, so that none loses digits. */
    record JsonNumber(String text) implements JsonValue {
        @Override
        public String toString() {
            return text;
        }
    }

    /** Text. */
    record JsonText(String value) implements JsonValue {
        @Override
        public String toString() {
            return JsonParser.quoted(value);
        }
    }

    /** Values in order. */
    record JsonArray(List<JsonValue> values) implements JsonValue {
        public JsonArray {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("[");
            for (JsonValue value : values) {
                text.append(text.length() > 1 ? "," : "").append(value);
            }
            return text.append(']').toString();
        }
    }

    /** Members by name, in the order in which they were given. */
    final class JsonObject implements JsonValue {
        private final Map<String, JsonValue> members;

        /** Copies the members. */
        public JsonObject(Map<String, JsonValue> members) {
            this.members = new LinkedHashMap<>(members);
        }

        /** A copy of the members. */
        public Map<String, JsonValue> members() {
            return new LinkedHashMap<>(members);
        }

        /** The member of this name, or else of this name in other letters, as Go finds it. */
        public Optional<JsonValue> member(String name) {
            JsonValue exact = members.get(name);
            return exact != null
                    ? Optional.of(exact)
                    : members.entrySet().stream()
                            .filter(member -> member.getKey().equalsIgnoreCase(name))
                            .map(Map.Entry::getValue)
                            .findFirst();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof JsonObject that && members.equals(that.members);
        }

        @Override
        public int hashCode() {
            return members.hashCode();
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("{");
            members.forEach((name, value) -> text.append(text.length() > 1 ? "," : "")
                    .append(JsonParser.quoted(name))
                    .append(':')
                    .append(value));
            return text.append('}').toString();
        }
    }

    /** Nothing. */
    JsonValue NULL = new JsonNull();

    /** Text. */
    static JsonValue text(String value) {
        return new JsonText(value);
    }

    /** Reads a document; IllegalArgumentException if it is none, or more than 100 levels deep. */
    static JsonValue parse(String document) {
        return new JsonParser(document).document();
    }
}
