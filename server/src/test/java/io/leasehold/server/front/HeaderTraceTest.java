package io.leasehold.server.front;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeaderTraceTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    private String told(@Nullable String goDebug, Http2Headers headers) {
        HeaderTrace.asked(goDebug, new PrintStream(written, true, US_ASCII)).tell(headers);
        return written.toString(US_ASCII);
    }

    @Test
    void the_fields_are_told_in_the_lines_that_go_writes() {
        Http2Headers headers = new DefaultHttp2Headers().authority("localhost:2379");
        assertThat(told("http2debug=2", headers))
                .isEqualTo("http2: decoded hpack field header field \":authority\" = \"localhost:2379\"\n");
    }

    @Test
    void nothing_is_told_unasked() {
        Http2Headers headers = new DefaultHttp2Headers().authority("localhost:2379");
        assertThat(told("madvdontneed=1", headers)).isEmpty();
        assertThat(told(null, headers)).isEmpty();
    }

    @Test
    void a_token_is_not_told() {
        Http2Headers headers = new DefaultHttp2Headers().add("token", "s3cret");
        assertThat(told("gctrace=1,http2debug=1", headers))
                .contains("\"token\"")
                .doesNotContain("s3cret");
    }

    @Test
    void a_client_cannot_make_up_a_line() {
        Http2Headers headers = new DefaultHttp2Headers(false).add("x", "a\nb\"\\");
        assertThat(told("http2debug=2", headers)).endsWith("\"x\" = \"a\\x0ab\\\"\\\\\"\n");
    }
}
