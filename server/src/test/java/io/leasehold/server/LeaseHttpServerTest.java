package io.leasehold.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.leasehold.lease.leasehttp.LeaseHttpClient;
import io.leasehold.lease.lessor.Answer;
import io.leasehold.lease.lessor.LessorError;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveResponse;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lease HTTP of a whole server. */
@Timeout(60)
class LeaseHttpServerTest {
    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void leases_are_renewed_and_asked_after_on_a_port_of_its_own() throws Exception {
        try (RunningMember member = new RunningMember(directory, "--listen-lease-http-urls=http://127.0.0.1:0")) {
            URI url = URI.create(member.server.leaseHttpAddresses().getFirst().toString());
            LeaseGrpc.newBlockingStub(member.channel)
                    .leaseGrant(
                            LeaseGrantRequest.newBuilder().setID(7).setTTL(60).build());
            ByteString key = ByteString.copyFromUtf8("k");
            KVGrpc.newBlockingStub(member.channel)
                    .put(PutRequest.newBuilder().setKey(key).setLease(7).build());
            LeaseHttpClient client = new LeaseHttpClient(http, Duration.ofSeconds(10));

            Answer<Long> renewed = client.renewHttp(url, 7);
            LeaseTimeToLiveResponse told =
                    client.timeToLiveHttp(url, 7, true).orElseThrow().getLeaseTimeToLiveResponse();

            assertThat(renewed).isEqualTo(new Answer.Done<>(60L));
            assertThat(told.getTTL()).isBetween(58L, 60L);
            assertThat(told.getGrantedTTL()).isEqualTo(60);
            assertThat(told.getKeysList()).containsExactly(key);
            assertThat(client.renewHttp(url, 8)).isEqualTo(new Answer.Refused<>(LessorError.LEASE_NOT_FOUND));
            assertThat(client.timeToLiveHttp(url, 8, false))
                    .isEqualTo(new Answer.Refused<>(LessorError.LEASE_NOT_FOUND));

            assertThat(send(url, "/leases", "GET", 0).statusCode()).isEqualTo(405);
            assertThat(send(url, "/elsewhere", "POST", 0).statusCode()).isEqualTo(400);
            assertThat(send(url, "/v3/kv/range", "POST", 0).statusCode()).isEqualTo(400);
            assertThat(send(url, "/leases", "POST", 70_000).statusCode()).isEqualTo(413);
        }
    }

    @Test
    void pages_of_browsers_are_not_let_in() throws Exception {
        try (RunningMember member = new RunningMember(directory, "--listen-lease-http-urls=http://127.0.0.1:0")) {
            URI url = URI.create(member.server.leaseHttpAddresses().getFirst().toString());

            HttpResponse<String> options = send(url, "/leases", "OPTIONS", 0);

            assertThat(options.statusCode()).isEqualTo(405);
            assertThat(accessControl(options)).isEmpty();
            assertThat(accessControl(send(url, "/leases", "POST", 0))).isEmpty();
            URI clients = URI.create(member.server.addresses().getFirst().toString());
            assertThat(accessControl(send(clients, "/version", "GET", 0))).isNotEmpty();
        }
    }

    @Test
    void without_the_flag_it_is_served_nowhere() throws Exception {
        try (RunningMember member = new RunningMember(directory)) {
            assertThat(member.server.leaseHttpAddresses()).isEmpty();
            URI clients = URI.create(member.server.addresses().getFirst().toString());
            assertThat(send(clients, "/leases", "POST", 0).statusCode()).isEqualTo(404);
        }
    }

    private static Set<String> accessControl(HttpResponse<String> response) {
        Set<String> names = new TreeSet<>(response.headers().map().keySet());
        names.removeIf(name -> !name.startsWith("access-control-"));
        return names;
    }

    private HttpResponse<String> send(URI url, String path, String method, int bodyBytes) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(url.resolve(path))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(new byte[bodyBytes]))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
