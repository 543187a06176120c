package io.leasehold.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.util.JsonFormat;
import io.grpc.CallOptions;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command lines of docs/lease-service.md, sent to a running server as curl and grpcurl would send them. */
@Timeout(60)
class LeaseServiceDocTest {
    private static final Pattern CURL =
            Pattern.compile("curl -sN? localhost:2379(/leasehold/v1/lease/(\\w+)) -d '([^']+)'");
    private static final Pattern GRPCURL_CALL =
            Pattern.compile("grpcurl -plaintext -d '([^']+)' localhost:2379 ([\\w.]+)/(\\w+)");
    private static final Pattern GRPCURL_DESCRIBE =
            Pattern.compile("grpcurl -plaintext localhost:2379 describe ([\\w.]+)");

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void the_curl_lines_answer_as_they_are_meant() throws Exception {
        List<String[]> lines = CURL.matcher(document())
                .results()
                .map(line -> new String[] {line.group(2), line.group(1), line.group(3)})
                .toList();
        assertThat(lines)
                .extracting(line -> line[0])
                .containsExactly("putwithttl", "grant", "list", "keepalive", "revoke", "watch", "txnwithgrant");
        try (RunningMember member = new RunningMember(directory)) {
            Map<String, String> answers = new HashMap<>();
            for (String[] line : lines) {
                answers.put(line[0], firstLine(member, line[1], line[2]));
            }
            String second = firstLine(member, lines.get(6)[1], lines.get(6)[2]);

            assertThat(answers.get("putwithttl")).contains("\"lease_id\":\"5\",\"ttl_ms\":\"60000\"");
            assertThat(answers.get("grant"))
                    .contains("{\"id\":\"7\",\"ttl_ms\":\"30000\"}", "\"ttl_ms\":\"1500\"")
                    .doesNotContain("error");
            assertThat(answers.get("list"))
                    .contains("\"id\":\"5\"", "\"keys\":[\"YQ==\"]", "\"key_count\":\"1\"", "\"id\":\"7\"")
                    .satisfies(list -> assertThat(list.indexOf("\"ttl_ms\":\"1500\""))
                            .isLessThan(list.indexOf("\"id\":\"7\""))
                            .isPositive());
            assertThat(answers.get("keepalive"))
                    .contains(
                            "{\"id\":\"5\",\"left_ms\":\"60000\"}",
                            "{\"id\":\"7\",\"left_ms\":\"30000\"}",
                            "{\"id\":\"99\",\"lost\":true}");
            assertThat(answers.get("revoke")).contains("\"id\":\"7\",\"revision\":\"2\"", "requested lease not found");
            assertThat(answers.get("watch"))
                    .contains("\"id\":\"5\"", "\"synced\":true")
                    .doesNotContain("type");
            assertThat(answers.get("txnwithgrant")).contains("\"placeholder\":\"-1\"", "\"succeeded\":true");
            assertThat(second).contains("\"key\":\"bG9jaw==\"").doesNotContain("placeholder", "succeeded");
        }
    }

    @Test
    void a_watch_over_json_tells_each_event_once() throws Exception {
        try (RunningMember member = new RunningMember(directory)) {
            HttpRequest watch = HttpRequest.newBuilder(
                            URI.create(member.server.addresses().getFirst() + "/leasehold/v1/lease/watch"))
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build();
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                    http.send(watch, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
                assertThat(lines.readLine()).contains("\"synced\":true");

                for (int id = 1; id <= 3; id++) {
                    firstLine(
                            member,
                            "/leasehold/v1/lease/grant",
                            "{\"grants\":[{\"id\":\"" + id + "\",\"ttl_ms\":\"60000\"}]}");
                    firstLine(member, "/leasehold/v1/lease/revoke", "{\"ids\":[\"" + id + "\"]}");
                }

                for (int id = 1; id <= 3; id++) {
                    assertThat(lines.readLine()).contains("\"type\":\"GRANTED\",\"id\":\"" + id + "\"");
                    assertThat(lines.readLine()).contains("\"type\":\"REVOKED\",\"id\":\"" + id + "\"");
                }
            }
        }
    }

    @Test
    void the_grpcurl_lines_work_by_reflection_alone() throws Exception {
        Matcher describe = GRPCURL_DESCRIBE.matcher(document());
        Matcher call = GRPCURL_CALL.matcher(document());
        assertThat(describe.find()).isTrue();
        assertThat(call.find()).isTrue();
        try (RunningMember member = new RunningMember(directory)) {
            MethodDescriptor method = reflected(member, describe.group(1), call.group(3));
            DynamicMessage.Builder request = DynamicMessage.newBuilder(method.getInputType());
            JsonFormat.parser().merge(call.group(1), request);

            DynamicMessage answer = firstAnswer(member, call.group(2), method, request.build());

            assertThat(JsonFormat.printer().print(answer)).contains("\"synced\": true");
        }
    }

    private static String document() throws IOException {
        return Files.readString(Path.of("..", "docs", "lease-service.md"));
    }

    /** What curl prints first; a stream goes on, and is left then. */
    private String firstLine(RunningMember member, String path, String body) throws Exception {
        URI url = URI.create(member.server.addresses().getFirst() + path);
        HttpRequest request = HttpRequest.newBuilder(url)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                http.send(request, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
            return String.valueOf(lines.readLine());
        }
    }

    private static MethodDescriptor reflected(RunningMember member, String service, String method) throws Exception {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> questions =
                ServerReflectionGrpc.newStub(member.channel).serverReflectionInfo(new First<>(answer));
        questions.onNext(ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol(service)
                .build());
        Map<String, FileDescriptorProto> files = new HashMap<>();
        for (ByteString file : answer.get().getFileDescriptorResponse().getFileDescriptorProtoList()) {
            FileDescriptorProto parsed = FileDescriptorProto.parseFrom(file);
            files.put(parsed.getName(), parsed);
        }
        questions.onCompleted();
        return built(files, "leasehold/v1/lease.proto")
                .findServiceByName(service.substring(service.lastIndexOf('.') + 1))
                .findMethodByName(method);
    }

    private static FileDescriptor built(Map<String, FileDescriptorProto> files, String name)
            throws DescriptorValidationException {
        FileDescriptorProto file = files.getOrDefault(name, FileDescriptorProto.getDefaultInstance());
        assertThat(file.getName()).isEqualTo(name);
        FileDescriptor[] needed = new FileDescriptor[file.getDependencyCount()];
        for (int i = 0; i < needed.length; i++) {
            needed[i] = built(files, file.getDependency(i));
        }
        return FileDescriptor.buildFrom(file, needed);
    }

    private static DynamicMessage firstAnswer(
            RunningMember member, String service, MethodDescriptor method, DynamicMessage request) throws Exception {
        CompletableFuture<DynamicMessage> answer = new CompletableFuture<>();
        ClientCalls.asyncServerStreamingCall(
                member.channel.newCall(
                        io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
                                .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
                                .setFullMethodName(service + "/" + method.getName())
                                .setRequestMarshaller(marshaller(method.getInputType()))
                                .setResponseMarshaller(marshaller(method.getOutputType()))
                                .build(),
                        CallOptions.DEFAULT),
                request,
                new First<>(answer));
        return answer.get();
    }

    private static io.grpc.MethodDescriptor.Marshaller<DynamicMessage> marshaller(Descriptor type) {
        return ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(type));
    }

    private record First<T>(CompletableFuture<T> answer) implements StreamObserver<T> {
        @Override
        public void onNext(T message) {
            answer.complete(message);
        }

        @Override
        public void onError(Throwable failure) {
            answer.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {}
    }
}
