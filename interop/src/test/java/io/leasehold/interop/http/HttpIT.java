package io.leasehold.interop.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.interop.RunningServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class HttpIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void what_was_put_is_got() throws Exception {
        assertThat(post("/v3/kv/put", "{\"key\":\"" + base64("json") + "\",\"value\":\"" + base64("v") + "\"}"))
                .contains("\"header\"", "\"revision\":\"");

        assertThat(post("/v3/kv/range", "{\"key\":\"" + base64("json") + "\"}"))
                .contains(
                        "\"key\":\"" + base64("json") + "\"", "\"value\":\"" + base64("v") + "\"", "\"version\":\"1\"")
                .contains("\"count\":\"1\"");
    }

    @Test
    void nothing_found_leaves_lists_and_zeroes_out() throws Exception {
        assertThat(post("/v3/kv/range", "{\"key\":\"" + base64("absent") + "\"}"))
                .contains("\"header\"")
                .doesNotContain("\"kvs\"", "\"count\"");
    }

    @Test
    void camel_case_and_numbers_are_understood() throws Exception {
        post("/v3/kv/put", "{\"key\":\"" + base64("camel") + "\",\"value\":\"" + base64("v") + "\"}");

        assertThat(post("/v3/kv/range", "{\"key\":\"" + base64("camel") + "\",\"keysOnly\":true,\"limit\":5}"))
                .contains("\"key\"")
                .doesNotContain("\"value\"");
    }

    @Test
    void a_txn_takes_a_branch() throws Exception {
        String txn = "{\"compare\":[{\"key\":\"" + base64("t") + "\",\"target\":\"CREATE\",\"create_revision\":\"0\"}],"
                + "\"success\":[{\"request_put\":{\"key\":\"" + base64("t") + "\",\"value\":\"" + base64("1") + "\"}}],"
                + "\"failure\":[{\"request_range\":{\"key\":\"" + base64("t") + "\"}}]}";

        assertThat(post("/v3/kv/txn", txn)).contains("\"succeeded\":true", "\"response_put\"");
        assertThat(post("/v3/kv/txn", txn)).contains("\"response_range\"").doesNotContain("\"succeeded\"");
    }

    @Test
    void a_lease_is_granted_asked_about_and_revoked() throws Exception {
        assertThat(post("/v3/lease/grant", "{\"ID\":\"77\",\"TTL\":60}")).contains("\"ID\":\"77\"", "\"TTL\":\"60\"");
        post("/v3/kv/put", "{\"key\":\"" + base64("leased") + "\",\"lease\":\"77\"}");
        assertThat(post("/v3/lease/timetolive", "{\"ID\":77,\"keys\":true}"))
                .contains("\"grantedTTL\":\"60\"", "\"keys\":[\"" + base64("leased") + "\"]");
        assertThat(post("/v3/lease/keepalive", "{\"ID\":\"77\"}"))
                .contains("\"result\"", "\"ID\":\"77\"", "\"TTL\":\"60\"");

        post("/v3/lease/revoke", "{\"ID\":\"77\"}");

        assertThat(post("/v3/kv/range", "{\"key\":\"" + base64("leased") + "\"}"))
                .doesNotContain("\"kvs\"");
    }

    @Test
    void refusals_have_etcds_code_and_words() throws Exception {
        HttpResponse<String> emptyKey = send("/v3/kv/range", "{}");
        assertThat(emptyKey.statusCode()).isEqualTo(400);
        assertThat(compact(emptyKey)).contains("\"code\":3", "etcdserver:keyisnotprovided");

        HttpResponse<String> noLease = send("/v3/lease/revoke", "{\"ID\":\"4711\"}");
        assertThat(noLease.statusCode()).isEqualTo(404);
        assertThat(compact(noLease)).contains("\"code\":5", "etcdserver:requestedleasenotfound");

        assertThat(send("/v3/kv/put", "{\"key\":").statusCode()).isEqualTo(400);
        assertThat(send("/v3/nope", "{}").statusCode()).isEqualTo(404);
    }

    @Test
    void health_version_and_metrics_answer() throws Exception {
        assertThat(get("/health").body()).contains("\"health\":\"true\"");
        assertThat(get("/version").body()).containsPattern("\"etcdserver\":\"\\d+\\.\\d+\\.\\d+");
        assertThat(get("/metrics").body()).contains("etcd_server_has_leader 1", "process_resident_memory_bytes");
        assertThat(get("/no-such-path").statusCode()).isEqualTo(404);
    }

    /** The body without blanks: their place differs between builds of etcd. */
    private String post(String path, String json) throws IOException, InterruptedException {
        HttpResponse<String> response = send(path, json);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return compact(response);
    }

    private static String compact(HttpResponse<String> response) {
        return response.body().replace(" ", "");
    }

    private HttpResponse<String> send(String path, String json) throws IOException, InterruptedException {
        return client.send(
                request(path).POST(HttpRequest.BodyPublishers.ofString(json)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + SERVER.endpoint() + path))
                .timeout(LIMIT);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
