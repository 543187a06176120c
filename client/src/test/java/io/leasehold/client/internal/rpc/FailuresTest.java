package io.leasehold.client.internal.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

/** What a failure says to people. */
final class FailuresTest {
    private static String message(Status status) {
        return String.valueOf(Failures.exception(status, false, "KV/Range").getMessage());
    }

    @Test
    void the_reason_of_a_broken_connection_is_told_and_not_only_that_it_broke() {
        Status refused = Status.UNAVAILABLE
                .withDescription("io exception")
                .withCause(new IOException("channel", new ConnectException("Connection refused: /10.0.0.1:2379")));

        assertThat(message(refused)).isEqualTo("KV/Range: io exception: Connection refused: /10.0.0.1:2379");
    }

    @Test
    void the_inside_of_the_transport_is_not_told() {
        Status closed = Status.UNAVAILABLE.withDescription(
                "Connection closed while performing TLS negotiation\nChannel Pipeline: [SslHandler#0]");

        assertThat(message(closed)).isEqualTo("KV/Range: Connection closed while performing TLS negotiation");
    }

    @Test
    void a_known_refusal_is_told_in_the_servers_words_alone() {
        assertThat(message(Status.NOT_FOUND.withDescription("etcdserver: requested lease not found")))
                .isEqualTo("etcdserver: requested lease not found");
        assertThat(message(Status.INTERNAL)).isEqualTo("KV/Range: INTERNAL");
    }
}
