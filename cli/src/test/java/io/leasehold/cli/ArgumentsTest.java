package io.leasehold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Ids and durations as they are typed. */
class ArgumentsTest {
    @Test
    void ids_are_hexadecimal_unless_they_cannot_be_or_say_so() {
        assertThat(Arguments.hexId("1234", "lease")).isEqualTo(0x1234);
        assertThat(Arguments.hexId("0x1f", "lease")).isEqualTo(0x1f);
        assertThat(Arguments.hexId("dec:1234", "lease")).isEqualTo(1234);
        assertThat(Arguments.hexId("7587862094952113412", "lease")).isEqualTo(7587862094952113412L);
        assertThat(Arguments.hexId("ffffffffffffffff", "lease")).isEqualTo(-1);
    }

    @Test
    void what_is_no_id_is_refused_in_etcdctls_words() {
        assertThatThrownBy(() -> Arguments.hexId("zz", "lease"))
                .isInstanceOf(CtlException.class)
                .hasMessage("bad lease ID arg (strconv.ParseInt: parsing \"zz\": invalid syntax), expecting ID in Hex");
        assertThatThrownBy(() -> Arguments.hexId("dec:zz", "lease")).isInstanceOf(CtlException.class);
        assertThatThrownBy(() -> Arguments.hexId("", "lease")).isInstanceOf(CtlException.class);
    }

    @Test
    void a_bare_number_is_seconds() {
        assertThat(Arguments.duration("90")).isEqualTo(Duration.ofSeconds(90));
        assertThat(Arguments.duration("1500ms")).isEqualTo(Duration.ofMillis(1_500));
        assertThatThrownBy(() -> Arguments.duration("soon")).isInstanceOf(CtlException.class);
    }

    @Test
    void an_srv_record_names_host_and_port() {
        assertThat(Discovery.endpoint("0 100 2379 infra0.example.com.")).isEqualTo("infra0.example.com:2379");
    }
}
