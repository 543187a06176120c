package io.leasehold.client;

import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.client.naming.Endpoint;
import io.leasehold.client.naming.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of endpoints, as others write and read them. */
final class EndpointFormatTest {
    private static Endpoint parsed(String value) {
        return Endpoint.parse(utf8(value)).orElseThrow();
    }

    @Test
    void what_is_written_has_the_bytes_that_go_writes() {
        assertThat(Endpoint.at("1.2.3.4:80").encoded())
                .isEqualTo(utf8("{\"Op\":0,\"Addr\":\"1.2.3.4:80\",\"Metadata\":null}"));
        assertThat(Endpoint.at("1.2.3.4", "...").encoded())
                .isEqualTo(utf8("{\"Op\":0,\"Addr\":\"1.2.3.4\",\"Metadata\":\"...\"}"));
    }

    @Test
    void every_form_that_was_ever_written_is_read() {
        assertThat(parsed("{\"Addr\":\"1.2.3.4\",\"Metadata\":\"...\"}")).isEqualTo(Endpoint.at("1.2.3.4", "..."));
        assertThat(parsed("{\"Op\":1,\"Addr\":\"a:1\"}")).isEqualTo(Endpoint.at("a:1"));
        assertThat(parsed("{\"addr\":\"9.9.9.9:1\",\"weight\":7}")).isEqualTo(Endpoint.at("9.9.9.9:1"));
        assertThat(parsed("{\"Addr\":\"a:1\",\"Metadata\":\"{\\\"name\\\":\\\"host\\\"}\"}")
                        .metadata())
                .isEqualTo(JsonValue.text("{\"name\":\"host\"}"));
        assertThat(parsed("{\"Addr\":\"a:1\",\"Metadata\":{\"zone\":\"\\u003ca\",\"n\":[1.50,true,null]}}")
                        .metadata())
                .hasToString("{\"zone\":\"<a\",\"n\":[1.50,true,null]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "{}", "{\"Addr\":\"\"}", "{\"Addr\":7}", "[\"Addr\"]", "{\"Addr\":\"a\"} x", "null"})
    void what_has_no_address_is_no_endpoint(String value) {
        assertThat(Endpoint.parse(utf8(value))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"null", "true", "-1.5e+3", "\"a\\\"\\\\\\n\\u0001\u00e9\"", "[]", "{}", "[1,[2,{\"a\":null}]]"})
    void what_is_read_is_written_again(String document) {
        JsonValue value = JsonValue.parse(document);

        assertThat(value).hasToString(document);
        assertThat(JsonValue.parse(value.toString())).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nul",
                "01",
                "1.",
                "+1",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\n\"",
                "[1",
                "[1,]",
                "{\"a\"}",
                "{a:1}"
            })
    void what_is_no_json_is_refused(String document) {
        assertThatThrownBy(() -> JsonValue.parse(document)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void documents_are_not_deeper_than_a_stack() {
        assertThatThrownBy(() -> JsonValue.parse("[".repeat(100_000))).isInstanceOf(IllegalArgumentException.class);
    }
}
