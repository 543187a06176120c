package io.leasehold.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users over JSON: what is answered with and without a token, by status and by words. */
@Timeout(120)
class JsonAuthTest {
    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

    @TempDir
    static Path directory;

    private static RunningMember member;
    private static HttpClient http;
    private static String rootToken;
    private static String userToken;
    /** A watch that was there before users came into force. */
    private static BufferedReader earlier;

    @BeforeAll
    static void enable() throws Exception {
        member = new RunningMember(directory, "--bcrypt-cost=4");
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        // A user who may read and write "a" alone.
        done("/v3/auth/user/add", "{\"name\":\"root\",\"password\":\"r\"}");
        done("/v3/auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
        done("/v3/auth/role/add", "{\"name\":\"one\"}");
        done("/v3/auth/role/grant", "{\"name\":\"one\",\"perm\":{\"permType\":\"READWRITE\",\"key\":\"YQ==\"}}");
        done("/v3/auth/user/add", "{\"name\":\"u\",\"password\":\"p\"}");
        done("/v3/auth/user/add", "{\"name\":\"certified\",\"options\":{\"no_password\":true}}");
        done("/v3/auth/user/grant", "{\"user\":\"u\",\"role\":\"one\"}");
        done("/v3/lease/grant", "{\"ID\":5,\"TTL\":600}");
        done("/v3/auth/user/add", "{\"name\":\"watcher\",\"password\":\"p\"}");
        done("/v3/auth/user/grant", "{\"user\":\"watcher\",\"role\":\"one\"}");
        earlier = watch("a", "");
        done("/v3/auth/enable", "{}");
        rootToken = login("root", "r");
        userToken = login("u", "p");
    }

    @AfterAll
    static void stop() {
        http.shutdownNow();
        member.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0000',
            value = {
                "nobody  | /v3/kv/range              | {\"key\":\"YQ==\"} | 400 | 3  | user name is empty",
                "bad     | /v3/kv/range              | {\"key\":\"YQ==\"} | 401 | 16 | invalid auth token",
                "user    | /v3/kv/range              | {\"key\":\"Yg==\"} | 403 | 7  | permission denied",
                "user    | /v3/kv/put                | {\"key\":\"Yg==\"} | 403 | 7  | permission denied",
                "nobody  | /v3/lease/keepalive       | {\"ID\":5}         | 400 | 3  | user name is empty",
                "nobody  | /v3/lease/grant           | {\"TTL\":60}       | 400 | 3  | user name is empty",
                "user    | /v3/maintenance/snapshot  | {}                 | 403 | 7  | permission denied",
                "user    | /v3/maintenance/hashkv    | {}                 | 403 | 7  | permission denied",
                "user    | /v3/maintenance/hash      | {}                 | 403 | 7  | permission denied",
                "user    | /v3/maintenance/defragment| {}                 | 403 | 7  | permission denied",
                "user    | /v3/kv/compaction         | {\"revision\":1}   | 403 | 7  | permission denied",
                "user    | /v3/maintenance/alarm     | {\"action\":1,\"alarm\":1} | 403 | 7 | permission denied",
                "user    | /v3/cluster/member/add    | {\"peerURLs\":[\"http://127.0.0.1:1\"]} | 403 | 7 | permission denied",
                "user    | /v3/cluster/member/add    | {\"peerURLs\":[\"x\"]} | 400 | 3 | given member URLs are invalid",
                "user    | /v3/auth/user/get         | {\"name\":\"root\"} | 403 | 7 | permission denied",
                "user    | /v3/auth/role/get         | {\"role\":\"root\"} | 403 | 7 | permission denied",
                "nobody  | /v3/auth/enable           | {}                 | 400 | 3  | user name is empty",
                "root    | /v3/auth/user/delete      | {\"name\":\"root\"} | 400 | 3 | invalid auth management",
                "root    | /v3/auth/role/delete      | {\"role\":\"root\"} | 400 | 3 | invalid auth management",
                "root    | /v3/auth/user/revoke      | {\"name\":\"root\",\"role\":\"root\"} | 400 | 3 | invalid auth management",
                "root    | /v3/auth/role/grant       | {\"name\":\"one\"} | 400 | 3 | permission not given",
                "root    | /v3/auth/user/add         | {\"name\":\"u\",\"password\":\"p\"} | 400 | 9 | user name already exists",
                "root    | /v3/auth/user/grant       | {\"user\":\"u\",\"role\":\"none\"} | 400 | 9 | role name not found",
                "nobody  | /v3/auth/authenticate     | {\"name\":\"u\",\"password\":\"x\"} | 400 | 3 | authentication failed",
                "nobody  | /v3/auth/authenticate     | {\"name\":\"certified\",\"password\":\"x\"} | 500 | 2 | password was given for no password user",
            })
    void refusals(String who, String path, String body, int status, int code, String words) throws Exception {
        HttpResponse<String> response = post(path, body, tokenOf(who.strip()));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).contains("\"code\":" + code, words.strip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0000',
            value = {
                "user | /v3/kv/put | {\"key\":\"YQ==\"}",
                "user | /v3/maintenance/status | {}",
                "user | /v3/cluster/member/list | {}",
                "user | /v3/maintenance/alarm | {}",
                "user | /v3/auth/user/get | {\"name\":\"u\"}",
                "user | /v3/auth/role/get | {\"role\":\"one\"}",
                "user | /v3/lease/grant | {\"TTL\":60}",
                "user | /v3/lease/keepalive | {\"ID\":5}",
                "root | /v3/auth/enable | {}",
                "root | /v3/maintenance/hashkv | {}",
            })
    void what_is_allowed(String who, String path, String body) throws Exception {
        HttpResponse<String> response = post(path, body, tokenOf(who.strip()));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    @Test
    void a_token_may_have_bearer_before_it_or_come_as_metadata() throws Exception {
        String range = "{\"key\":\"YQ==\"}";
        assertThat(post("/v3/kv/range", range, "Bearer " + userToken).statusCode())
                .isEqualTo(200);
        assertThat(send(request("/v3/kv/range", range).header("Grpc-Metadata-token", userToken))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_watch_without_the_right_is_refused_in_its_stream() throws Exception {
        assertThat(watch("b", userToken).readLine())
                .contains("\"created\":true", "\"canceled\":true", "\"watch_id\":\"-1\"")
                .contains("rpc error: code = PermissionDenied desc = etcdserver: permission denied");
    }

    @Test
    void a_watch_goes_on_whatever_becomes_of_the_right_to_it() throws Exception {
        BufferedReader watch = watch("a", login("watcher", "p"));
        assertThat(watch.readLine()).contains("\"created\":true").doesNotContain("canceled");
        done("/v3/auth/user/revoke", "{\"name\":\"watcher\",\"role\":\"one\"}", rootToken);

        done("/v3/kv/put", "{\"key\":\"YQ==\",\"value\":\"YWZ0ZXI=\"}", rootToken);

        String told = watch.readLine();
        while (!told.contains("YWZ0ZXI=")) {
            told = watch.readLine();
        }
        assertThat(told).contains("\"events\"");
    }

    @Test
    void a_watch_of_nobody_goes_on_when_users_come_into_force() throws Exception {
        assertThat(earlier.readLine()).contains("\"created\":true");

        done("/v3/kv/put", "{\"key\":\"YQ==\"}", rootToken);

        assertThat(earlier.readLine()).contains("\"events\"");
    }

    private static BufferedReader watch(String key, String token) throws Exception {
        String base64 = Base64.getEncoder().encodeToString(key.getBytes(UTF_8));
        HttpRequest.Builder request = request("/v3/watch", "{\"create_request\":{\"key\":\"" + base64 + "\"}}");
        HttpResponse<InputStream> response = http.send(
                (token.isEmpty() ? request : request.header("Authorization", token)).build(),
                BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        return new BufferedReader(new InputStreamReader(response.body(), UTF_8));
    }

    @Test
    void probes_need_no_token() throws Exception {
        for (String path : new String[] {"/health", "/livez", "/readyz", "/version", "/metrics"}) {
            assertThat(send(HttpRequest.newBuilder(uri(path)).GET()).statusCode())
                    .as(path)
                    .isEqualTo(200);
        }
    }

    @Test
    void changes_of_users_take_no_revision_and_count_for_themselves() throws Exception {
        String before = post("/v3/auth/status", "{}", rootToken).body();
        done("/v3/auth/role/add", "{\"name\":\"counted\"}", rootToken);
        String after = post("/v3/auth/status", "{}", rootToken).body();

        assertThat(number("authRevision", after)).isEqualTo(number("authRevision", before) + 1);
        assertThat(number("revision", after)).isEqualTo(number("revision", before));
    }

    private static long number(String name, String json) {
        Matcher found = Pattern.compile("\"" + name + "\":\"(\\d+)\"").matcher(json);
        assertThat(found.find()).as(json).isTrue();
        return Long.parseLong(found.group(1));
    }

    private static String tokenOf(String who) {
        return switch (who) {
            case "nobody" -> "";
            case "bad" -> "no.such.token";
            case "user" -> userToken;
            case "root" -> rootToken;
            default -> throw new IllegalArgumentException(who);
        };
    }

    private static String login(String name, String password) throws Exception {
        String body = done("/v3/auth/authenticate", "{\"name\":\"" + name + "\",\"password\":\"" + password + "\"}");
        Matcher token = TOKEN.matcher(body);
        assertThat(token.find()).as(body).isTrue();
        return token.group(1);
    }

    private static String done(String path, String body) throws Exception {
        return done(path, body, "");
    }

    private static String done(String path, String body, String token) throws Exception {
        HttpResponse<String> response = post(path, body, token);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private static HttpResponse<String> post(String path, String body, String token) throws Exception {
        HttpRequest.Builder request = request(path, body);
        return send(token.isEmpty() ? request : request.header("Authorization", token));
    }

    private static HttpRequest.Builder request(String path, String body) {
        return HttpRequest.newBuilder(uri(path.strip())).POST(BodyPublishers.ofString(body.strip()));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
    }

    private static URI uri(String path) {
        return URI.create(member.server.addresses().getFirst() + path);
    }
}
