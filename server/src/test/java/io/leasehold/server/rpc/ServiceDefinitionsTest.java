package io.leasehold.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceDefinitionsTest {
    private static final List<String> OURS = List.of(
            "etcdserverpb.KV",
            "etcdserverpb.Watch",
            "etcdserverpb.Lease",
            "etcdserverpb.Cluster",
            "etcdserverpb.Maintenance",
            "etcdserverpb.Auth",
            "v3lockpb.Lock",
            "v3electionpb.Election",
            "leasehold.v1.Lease");

    @TempDir
    Path directory;

    private ServedReplica served;

    @BeforeEach
    void serve() throws IOException {
        served = new ServedReplica(directory);
    }

    @AfterEach
    void stop() throws IOException {
        served.close();
    }

    @Test
    void reflection_lists_every_service() {
        ServerReflectionResponse answer = reflected(
                ServerReflectionRequest.newBuilder().setListServices("").build());

        assertThat(answer.getListServicesResponse().getServiceList())
                .extracting(ServiceResponse::getName)
                .containsAll(OURS)
                .contains("grpc.health.v1.Health");
    }

    @Test
    void reflection_describes_every_method_and_its_messages() throws InvalidProtocolBufferException {
        for (String service : OURS) {
            for (ServerServiceDefinition definition : served.services.all()) {
                if (definition.getServiceDescriptor().getName().equals(service)) {
                    for (ServerMethodDefinition<?, ?> method : definition.getMethods()) {
                        assertDescribed(service, method.getMethodDescriptor().getFullMethodName());
                    }
                }
            }
        }
    }

    private void assertDescribed(String service, String fullMethodName) throws InvalidProtocolBufferException {
        List<FileDescriptorProto> files = describing(fullMethodName.replace('/', '.'));
        String simple = service.substring(service.lastIndexOf('.') + 1);
        MethodDescriptorProto method = files.stream()
                .filter(file -> (file.getPackage() + "." + simple).equals(service))
                .flatMap(file -> file.getServiceList().stream())
                .filter(found -> found.getName().equals(simple))
                .map(ServiceDescriptorProto::getMethodList)
                .flatMap(List::stream)
                .filter(found -> fullMethodName.endsWith("/" + found.getName()))
                .findFirst()
                .orElseThrow();
        String request = method.getInputType().substring(method.getInputType().lastIndexOf('.') + 1);
        assertThat(files.stream().flatMap(file -> file.getMessageTypeList().stream()))
                .as(fullMethodName)
                .extracting(DescriptorProto::getName)
                .contains(request);
    }

    private List<FileDescriptorProto> describing(String symbol) throws InvalidProtocolBufferException {
        ServerReflectionResponse answer = reflected(ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol(symbol)
                .build());
        assertThat(answer.hasErrorResponse()).as(symbol).isFalse();
        List<FileDescriptorProto> files = new ArrayList<>();
        for (ByteString file : answer.getFileDescriptorResponse().getFileDescriptorProtoList()) {
            files.add(FileDescriptorProto.parseFrom(file));
        }
        return files;
    }

    private ServerReflectionResponse reflected(ServerReflectionRequest question) {
        ServedReplica.Answers<ServerReflectionResponse> answers = new ServedReplica.Answers<>();
        StreamObserver<ServerReflectionRequest> questions =
                ServerReflectionGrpc.newStub(served.channel).serverReflectionInfo(answers);
        questions.onNext(question);
        questions.onCompleted();
        assertThat(answers.messages).hasSize(1);
        return answers.messages.getFirst();
    }

    @Test
    void a_request_that_is_not_protobuf_is_refused_by_every_method_and_not_logged() {
        List<LogRecord> logged = new ArrayList<>();
        Handler listening = new Handler() {
            @Override
            public void publish(LogRecord event) {
                logged.add(event);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger root = Logger.getLogger("");
        root.addHandler(listening);
        try {
            for (ServerServiceDefinition service : served.services.all()) {
                if (OURS.contains(service.getServiceDescriptor().getName())) {
                    service.getMethods().forEach(method -> assertRefusesGarbage(method.getMethodDescriptor()));
                }
            }
        } finally {
            root.removeHandler(listening);
        }

        assertThat(logged).extracting(LogRecord::getMessage).isEmpty();
    }

    private void assertRefusesGarbage(MethodDescriptor<?, ?> method) {
        List<Status> ends = new ArrayList<>();
        MethodDescriptor<byte[], byte[]> raw =
                method.toBuilder(new Garbage(), new Garbage()).build();
        ClientCall<byte[], byte[]> call = served.channel.newCall(raw, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        ends.add(status);
                    }
                },
                new Metadata());
        call.request(1);
        call.sendMessage(new byte[0]);
        call.halfClose();

        assertThat(ends).as(method.getFullMethodName()).hasSize(1);
        assertThat(ends.getFirst().getCode()).as(method.getFullMethodName()).isEqualTo(Status.Code.INTERNAL);
        assertThat(ends.getFirst().getDescription()).startsWith("grpc: error unmarshalling request");
    }

    private static final class Garbage implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            // A field of five bytes of which there is one.
            return new ByteArrayInputStream(new byte[] {10, 5, 1});
        }

        @Override
        public byte[] parse(InputStream stream) {
            return new byte[0];
        }
    }
}
