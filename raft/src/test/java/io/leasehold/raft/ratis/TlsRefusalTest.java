package io.leasehold.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class TlsRefusalTest {

    @Test
    void an_alert_is_told_in_etcds_words() {
        assertThat(TlsRefusal.in(new IOException(
                        "io exception", new SSLHandshakeException("Received fatal alert: certificate_unknown"))))
                .contains("remote error: tls: bad certificate");
        assertThat(TlsRefusal.in(new SSLHandshakeException("Received fatal alert: certificate_required")))
                .contains("remote error: tls: certificate required");
    }

    @Test
    void a_certificate_not_believed_here_is_told_as_it_is() {
        assertThat(TlsRefusal.in(new SSLHandshakeException("No subject alternative names present")))
                .contains("tls: No subject alternative names present");
    }

    @Test
    void other_failures_are_no_refusals() {
        assertThat(TlsRefusal.in(new IOException("connection refused"))).isEmpty();
        assertThat(TlsRefusal.in(null)).isEmpty();
    }
}
