package io.leasehold.interop.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leasehold.interop.RunningServer;
import io.leasehold.interop.ServerTarget;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One request and what its answer holds, case by case; etcd 3.4 is asked the same where it answers alike. */
@Timeout(120)
final class HttpCasesIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** A body a little above what a request may be, and a value in it that is more than any message may be. */
    private static final int REQUEST_BYTES_MAX = 1_572_864;

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Which servers answer so. */
    private enum Of {
        BOTH,
        /** etcd 3.6 and ours; 3.4 differs. */
        OURS
    }

    /**
     * One case. Blanks in answers are not looked at: their place differs between builds of etcd.
     *
     * @param holds what the body holds
     * @param lacks what it does not hold
     */
    private record Case(
            Of of,
            String fact,
            String method,
            String path,
            String body,
            int status,
            List<String> holds,
            List<String> lacks) {
        @Override
        public String toString() {
            return fact;
        }
    }

    @BeforeAll
    static void fill() throws Exception {
        // Revision 2 is "a" = "b".
        assertThat(send("POST", "/v3/kv/put", "{\"key\":\"YQ==\",\"value\":\"Yg==\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("POST", "/v3/lease/grant", "{\"ID\":\"5\",\"TTL\":\"600\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"reading", "writing", "paths", "leases", "others"})
    void request_and_answer(Case each) throws Exception {
        assumeTrue(each.of == Of.BOTH || ServerTarget.configured() == ServerTarget.LEASEHOLD);

        HttpResponse<String> response = send(each.method, each.path, each.body);

        String body = response.body().replace(" ", "");
        assertThat(response.statusCode()).as(body).isEqualTo(each.status);
        each.holds.forEach(held -> assertThat(body).contains(held));
        each.lacks.forEach(absent -> assertThat(body).doesNotContain(absent));
    }

    static Stream<Case> reading() {
        return Stream.of(
                refused(Of.BOTH, "an empty body is the empty message", "/v3/kv/range", "", 400, 3, "keyisnotprovided"),
                refused(Of.BOTH, "an object without a key", "/v3/kv/range", "{}", 400, 3, "keyisnotprovided"),
                refused(Of.BOTH, "what is no base64", "/v3/kv/range", "{\"key\":\"%%\"}", 400, 3, ""),
                post(
                        Of.OURS,
                        "base64 without padding",
                        "/v3/kv/range",
                        "{\"key\":\"YQ\"}",
                        List.of("\"count\":\"1\""),
                        List.of()),
                post(
                        Of.OURS,
                        "base64 of the alphabet for URLs",
                        "/v3/kv/range",
                        "{\"key\":\"_-8=\"}",
                        List.of("\"header\""),
                        List.of("\"count\"")),
                post(
                        Of.BOTH,
                        "a limit as a number",
                        "/v3/kv/range",
                        "{\"key\":\"YQ==\",\"limit\":5}",
                        List.of("\"value\":\"Yg==\""),
                        List.of()),
                post(
                        Of.BOTH,
                        "a limit as a string",
                        "/v3/kv/range",
                        "{\"key\":\"YQ==\",\"limit\":\"5\"}",
                        List.of("\"value\":\"Yg==\""),
                        List.of()),
                post(
                        Of.BOTH,
                        "nothing found leaves kvs and count out",
                        "/v3/kv/range",
                        "{\"key\":\"bm9uZQ==\"}",
                        List.of("\"revision\":"),
                        List.of("\"kvs\"", "\"count\"", "\"more\"")),
                post(
                        Of.BOTH,
                        "names in camel case",
                        "/v3/kv/range",
                        "{\"key\":\"YQ==\",\"keysOnly\":true}",
                        List.of("\"key\":\"YQ==\""),
                        List.of("\"value\"")),
                post(
                        Of.BOTH,
                        "names in snake case",
                        "/v3/kv/range",
                        "{\"key\":\"YQ==\",\"keys_only\":true}",
                        List.of("\"key\":\"YQ==\""),
                        List.of("\"value\"")),
                post(
                        Of.BOTH,
                        "an unknown member is ignored",
                        "/v3/kv/range",
                        "{\"key\":\"YQ==\",\"nope\":{\"a\":[1]}}",
                        List.of("\"count\":\"1\""),
                        List.of()),
                post(
                        Of.OURS,
                        "an unknown name of an order is none",
                        "/v3/kv/range",
                        "{\"key\":\"YQ==\",\"sort_order\":\"BOGUS\"}",
                        List.of("\"count\":\"1\""),
                        List.of()),
                refused(
                        Of.OURS,
                        "an unknown number of an order",
                        "/v3/kv/range",
                        "{\"key\":\"YQ==\",\"sort_order\":7}",
                        400,
                        3,
                        "invalidsortoption"),
                refused(
                        Of.OURS,
                        "an unknown number of a target",
                        "/v3/kv/range",
                        "{\"key\":\"YQ==\",\"sort_target\":9}",
                        400,
                        3,
                        "invalidsortoption"));
    }

    static Stream<Case> writing() {
        return Stream.of(
                post(
                        Of.BOTH,
                        "a put of what was not there has no prev_kv",
                        "/v3/kv/put",
                        "{\"key\":\"cA==\",\"prev_kv\":true}",
                        List.of("\"header\""),
                        List.of("prev_kv")),
                post(
                        Of.BOTH,
                        "a compare that fails leaves succeeded out",
                        "/v3/kv/txn",
                        "{\"compare\":[{\"key\":\"YQ==\",\"target\":\"CREATE\",\"create_revision\":\"0\"}]}",
                        List.of("\"header\""),
                        List.of("succeeded")),
                post(
                        Of.BOTH,
                        "a compare that holds says so",
                        "/v3/kv/txn",
                        "{\"compare\":[{\"key\":\"YQ==\",\"target\":\"VERSION\",\"result\":\"GREATER\"}]}",
                        List.of("\"succeeded\":true"),
                        List.of()),
                post(
                        Of.BOTH,
                        "the older prefix v3beta",
                        "/v3beta/kv/put",
                        "{\"key\":\"dg==\"}",
                        List.of("\"revision\":"),
                        List.of()),
                refused(
                        Of.BOTH,
                        "a value above the limit of a request",
                        "/v3/kv/put",
                        "{\"key\":\"YQ==\",\"value\":\"" + "A".repeat(REQUEST_BYTES_MAX / 3 * 4 + 8) + "\"}",
                        400,
                        3,
                        "requestistoolarge"),
                refused(
                        Of.OURS,
                        "a value above the limit of a message",
                        "/v3/kv/put",
                        "{\"key\":\"YQ==\",\"value\":\"" + "A".repeat(3_000_000) + "\"}",
                        429,
                        8,
                        "largerthanmax"),
                refused(
                        Of.BOTH,
                        "an unknown lease",
                        "/v3/kv/put",
                        "{\"key\":\"YQ==\",\"lease\":\"4711\"}",
                        404,
                        5,
                        "requestedleasenotfound"));
    }

    static Stream<Case> paths() {
        return Stream.of(
                new Case(
                        Of.OURS,
                        "GET of a method",
                        "GET",
                        "/v3/kv/range",
                        "",
                        501,
                        List.of("\"code\":12", "MethodNotAllowed"),
                        List.of()),
                new Case(
                        Of.OURS,
                        "an unknown method",
                        "POST",
                        "/v3/nope",
                        "{}",
                        404,
                        List.of("\"code\":5", "NotFound"),
                        List.of()),
                new Case(Of.BOTH, "an unknown path", "GET", "/nope", "", 404, List.of("404pagenotfound"), List.of()),
                new Case(Of.BOTH, "OPTIONS of a method", "OPTIONS", "/v3/kv/range", "", 200, List.of(), List.of("{")),
                new Case(Of.BOTH, "POST to health", "POST", "/health", "", 405, List.of(), List.of("true")),
                new Case(Of.BOTH, "HEAD of health", "HEAD", "/health", "", 405, List.of(), List.of()),
                new Case(
                        Of.BOTH,
                        "health",
                        "GET",
                        "/health?exclude=NOSPACE",
                        "",
                        200,
                        List.of("\"health\":\"true\""),
                        List.of()),
                new Case(
                        Of.OURS, "one check of readiness", "GET", "/readyz/non_learner", "", 200, List.of(), List.of()),
                new Case(Of.OURS, "an unknown check", "GET", "/livez/bogus", "", 404, List.of(), List.of()));
    }

    static Stream<Case> leases() {
        return Stream.of(
                post(
                        Of.BOTH,
                        "an alias of timetolive",
                        "/v3/kv/lease/timetolive",
                        "{\"ID\":5}",
                        List.of("\"ID\":\"5\"", "\"grantedTTL\":\"600\""),
                        List.of()),
                post(Of.BOTH, "an alias of leases", "/v3/kv/lease/leases", "{}", List.of("{\"ID\":\"5\"}"), List.of()),
                refused(
                        Of.BOTH,
                        "an alias of revoke",
                        "/v3/kv/lease/revoke",
                        "{\"ID\":\"4711\"}",
                        404,
                        5,
                        "requestedleasenotfound"),
                new Case(
                        Of.BOTH,
                        "there is no alias of grant",
                        "POST",
                        "/v3/kv/lease/grant",
                        "{\"TTL\":5}",
                        404,
                        List.of(),
                        List.of("\"ID\"")),
                post(
                        Of.BOTH,
                        "two keepalives in one body, and an unknown lease without TTL",
                        "/v3/lease/keepalive",
                        "{\"ID\":5}{\"ID\":4711}",
                        List.of("\"ID\":\"5\",\"TTL\":\"600\"}}\n{\"result\"", "\"ID\":\"4711\"}}\n"),
                        List.of("error")),
                post(
                        Of.BOTH,
                        "a lock, whose name and key are base64",
                        "/v3/lock/lock",
                        "{\"name\":\"bG9jaw==\",\"lease\":\"5\"}",
                        List.of("\"key\":\"bG9jay81\""),
                        List.of("error")),
                post(
                        Of.BOTH,
                        "JSON that breaks off after a keepalive",
                        "/v3/lease/keepalive",
                        "{\"ID\":5}{bad",
                        List.of("\"ID\":\"5\",\"TTL\":\"600\"}}\n"),
                        List.of("error")),
                post(
                        Of.OURS,
                        "JSON that is none from the first keepalive on",
                        "/v3/lease/keepalive",
                        "{bad",
                        List.of(),
                        List.of("result", "error")));
    }

    static Stream<Case> others() {
        return Stream.of(
                post(
                        Of.BOTH,
                        "the status",
                        "/v3/maintenance/status",
                        "",
                        List.of("\"version\":\"3.", "\"dbSize\":", "\"leader\":", "\"raftAppliedIndex\":"),
                        List.of("errors")),
                post(
                        Of.BOTH,
                        "defragmenting answers without a header",
                        "/v3/maintenance/defragment",
                        "{}",
                        List.of("{}"),
                        List.of("header")),
                post(
                        Of.OURS,
                        "cancelling what never began",
                        "/v3/maintenance/downgrade",
                        "{\"action\":\"CANCEL\"}",
                        List.of("\"version\":\"3.6.0\""),
                        List.of()),
                refused(
                        Of.OURS,
                        "a version that is none",
                        "/v3/maintenance/downgrade",
                        "{\"action\":\"VALIDATE\",\"version\":\"abc\"}",
                        400,
                        3,
                        "wrongdowngradetargetversionformat"),
                refused(Of.OURS, "users without a root", "/v3/auth/enable", "{}", 400, 9, "rootuserdoesnotexist"),
                refused(
                        Of.OURS,
                        "a login while there are no users",
                        "/v3/auth/authenticate",
                        "{\"name\":\"a\"}",
                        400,
                        9,
                        "authenticationisnotenabled"),
                refused(
                        Of.OURS,
                        "a permission that is missing",
                        "/v3/auth/role/grant",
                        "{\"name\":\"r\"}",
                        400,
                        3,
                        "permissionnotgiven"),
                refused(
                        Of.BOTH,
                        "a member without a URL that can be understood",
                        "/v3/cluster/member/add",
                        "{\"peerURLs\":[\"foo\"]}",
                        400,
                        3,
                        "givenmemberURLsareinvalid"));
    }

    private static Case post(Of of, String fact, String path, String body, List<String> holds, List<String> lacks) {
        return new Case(of, fact, "POST", path, body, 200, holds, lacks);
    }

    private static Case refused(Of of, String fact, String path, String body, int status, int code, String words) {
        return new Case(of, fact, "POST", path, body, status, List.of("\"code\":" + code, words), List.of());
    }

    private static HttpResponse<String> send(String method, String path, String body) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://" + SERVER.endpoint() + path))
                        .timeout(LIMIT)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
