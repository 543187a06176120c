package io.leasehold.server.rpc;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.ClusterGrpc;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.v3electionpb.ElectionGrpc;
import io.leasehold.protocol.v3lockpb.LockGrpc;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is added to every service of ours before it is served: the schema, so that reflection describes methods with
 * marshallers of our own as well, and the handling of requests that are not protobuf.
 *
 * <p>gRPC logs a stack trace for each request whose marshaller throws, and tells the client UNKNOWN. Here such a request
 * reaches its call as null, which answers {@link #MALFORMED}, as etcd does.
 */
final class ServiceDefinitions {
    /** The answer to a request that is not the message it should be; etcd's code, and the text of its gRPC library. */
    static final Status MALFORMED = Status.INTERNAL.withDescription(
            "grpc: error unmarshalling request: proto: cannot parse invalid wire-format data");

    private static final Map<String, ServiceDescriptor> GENERATED = Stream.of(
                    KVGrpc.getServiceDescriptor(),
                    WatchGrpc.getServiceDescriptor(),
                    LeaseGrpc.getServiceDescriptor(),
                    ClusterGrpc.getServiceDescriptor(),
                    MaintenanceGrpc.getServiceDescriptor(),
                    AuthGrpc.getServiceDescriptor(),
                    LockGrpc.getServiceDescriptor(),
                    ElectionGrpc.getServiceDescriptor(),
                    io.leasehold.protocol.leasehold.v1.LeaseGrpc.getServiceDescriptor())
            .collect(Collectors.toUnmodifiableMap(ServiceDescriptor::getName, Function.identity()));

    private ServiceDefinitions() {}

    /** The service as it is served; one that is not ours is left as it is. */
    static ServerServiceDefinition complete(ServerServiceDefinition service) {
        ServiceDescriptor generated =
                GENERATED.get(service.getServiceDescriptor().getName());
        if (generated == null) {
            return service;
        }
        List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
        service.getMethods().forEach(method -> methods.add(complete(method)));
        ServiceDescriptor.Builder descriptor =
                ServiceDescriptor.newBuilder(generated.getName()).setSchemaDescriptor(generated.getSchemaDescriptor());
        methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder complete = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(complete::addMethod);
        return complete.build();
    }

    private static <Q, R> ServerMethodDefinition<Q, R> complete(ServerMethodDefinition<Q, R> method) {
        MethodDescriptor<Q, R> strict = method.getMethodDescriptor();
        MethodDescriptor<Q, R> lenient = strict.toBuilder(
                        new NullIfMalformed<>(strict.getRequestMarshaller()), strict.getResponseMarshaller())
                .build();
        return ServerMethodDefinition.create(lenient, method.getServerCallHandler());
    }

    private record NullIfMalformed<Q>(Marshaller<Q> strict) implements Marshaller<Q> {
        @Override
        @SuppressWarnings("NullAway") // gRPC passes whatever a marshaller makes on to the call's listener.
        public @Nullable Q parse(InputStream stream) {
            try {
                return strict.parse(stream);
            } catch (StatusRuntimeException malformed) {
                return null;
            }
        }

        @Override
        public InputStream stream(Q value) {
            return strict.stream(value);
        }
    }
}
