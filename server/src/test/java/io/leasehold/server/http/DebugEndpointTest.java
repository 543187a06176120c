package io.leasehold.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DebugEndpointTest {
    private final DebugEndpoint debug = new DebugEndpoint(Runnable::run);

    @Test
    void threads_are_listed_with_where_they_stand() {
        assertThat(get("/debug/pprof/threads").text()).contains("DebugEndpointTest.threads_are_listed");
    }

    @Test
    void the_heap_is_listed_by_class() {
        assertThat(get("/debug/pprof/heap").text()).contains("java.lang.String");
    }

    @Test
    void variables_are_json() {
        assertThat(get("/debug/vars").text()).startsWith("{\"cmdline\":[").contains("\"HeapInuse\":");
    }

    @Test
    void variables_without_the_flag_are_json_and_do_not_tell_the_command_line() {
        FakeHttpCall call = FakeHttpCall.get("/debug/vars").handledBy(new VarsEndpoint());
        assertThat(call.status()).isEqualTo(200);
        assertThat(call.text()).startsWith("{\"memstats\":{\"HeapInuse\":").doesNotContain("cmdline");
        assertThat(new VarsEndpoint().serves("/debug/pprof/")).isFalse();
    }

    @Test
    void a_profile_of_a_second_is_a_flight_recording() {
        FakeHttpCall call = get("/debug/pprof/profile?seconds=1");
        assertThat(call.status()).isEqualTo(200);
        assertThat(call.replied().body().toUtf8()).startsWith("FLR");
    }

    @Test
    void a_profile_without_end_is_refused() {
        for (String seconds : new String[] {"0", "301", "long"}) {
            assertThat(get("/debug/pprof/profile?seconds=" + seconds).status()).isEqualTo(400);
        }
    }

    @Test
    void what_is_not_there_is_not_found() {
        assertThat(get("/debug/pprof/nothing").status()).isEqualTo(404);
    }

    private FakeHttpCall get(String path) {
        return FakeHttpCall.get(path).handledBy(debug);
    }
}
