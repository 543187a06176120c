package io.leasehold.raft.ratis;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallExecutorSupplier;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.ServerServiceDefinition;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What the peer port serves: the engine's protocol between members, our messages, and nothing else. The engine also puts
 * its client and admin services there, through which anyone could write entries or change the cluster.
 */
final class PeerServices implements GrpcServices.Customizer, ServerInterceptor, ServerCallExecutorSupplier {

    /** What one who wants to join is told about the cluster, in the caller's own form. */
    private final Supplier<byte[]> description;

    /** Who takes part in the log, if that is settled. */
    private final Supplier<Optional<Set<Long>>> logMembers;

    private final PeerStreams streams;
    private final List<ListenAddress> listen;
    private final RepeatedEntries repeated;
    private volatile boolean ended;

    PeerServices(
            PeerStreams streams,
            Supplier<byte[]> description,
            Supplier<Optional<Set<Long>>> logMembers,
            List<ListenAddress> listen,
            RepeatedEntries repeated) {
        this.repeated = repeated;
        this.logMembers = logMembers;
        this.listen = listen;
        this.streams = streams;
        this.description = description;
    }

    /** The engine is about to be closed: it hears no more of other members. Any thread. */
    void end() {
        ended = true;
    }

    PeerTraffic traffic() {
        return streams.counters();
    }

    @Override
    public NettyServerBuilder customize(NettyServerBuilder builder, EnumSet<GrpcServices.Type> types) {
        // The engine itself knows one address.
        listen.stream().skip(1).forEach(address -> builder.addListenAddress(address.toSocketAddress()));
        return builder.intercept(this)
                .callExecutor(this)
                .addService(ServerServiceDefinition.builder(PeerStreamMethod.SERVICE_NAME)
                        .addMethod(PeerStreamMethod.STREAM, (call, headers) -> stream(call, headers))
                        .addMethod(PeerStreamMethod.DESCRIBE, (call, headers) -> describe(call))
                        .build());
    }

    /** Our messages are only put into queues, so the connection's own thread does it; the engine's calls may block. */
    @Override
    public <A, B> @Nullable Executor getExecutor(ServerCall<A, B> call, Metadata headers) {
        return PeerStreamMethod.SERVICE_NAME.equals(call.getMethodDescriptor().getServiceName()) ? Runnable::run : null;
    }

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
            ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        String service = call.getMethodDescriptor().getServiceName();
        if (PeerStreamMethod.SERVICE_NAME.equals(service)) {
            return next.startCall(call, headers);
        }
        if (RaftServerProtocolServiceGrpc.SERVICE_NAME.equals(service)) {
            CountedCall<A, B> counted = new CountedCall<>(call, streams.counters(), repeated, () -> ended);
            return counted.listenerOn(next.startCall(counted, headers));
        }
        call.close(Status.PERMISSION_DENIED.withDescription("not a service between members"), new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private ServerCall.Listener<byte[]> stream(ServerCall<byte[], byte[]> call, Metadata headers) {
        long from = PeerIds.parse(headers.get(PeerStreamMethod.FROM));
        long to = PeerIds.parse(headers.get(PeerStreamMethod.TO));
        String group = headers.get(PeerStreamMethod.GROUP);
        if (!streams.groupId().toString().equals(group)) {
            call.close(
                    Status.FAILED_PRECONDITION.withDescription("this member belongs to another cluster"),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
        if (from == 0 || to != streams.memberId()) {
            call.close(Status.UNAVAILABLE.withDescription("this is another member"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        call.sendHeaders(new Metadata());
        call.request(1);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
                streams.received(from, message);
                call.request(1);
            }

            @Override
            public void onHalfClose() {
                call.close(Status.OK, new Metadata());
            }
        };
    }

    private ServerCall.Listener<byte[]> describe(ServerCall<byte[], byte[]> call) {
        call.request(2);
        return new ServerCall.Listener<>() {
            @Override
            public void onHalfClose() {
                Metadata headers = new Metadata();
                headers.put(PeerStreamMethod.GROUP, streams.groupId().toString());
                logMembers.get().ifPresent(ids -> headers.put(PeerStreamMethod.LOG_MEMBERS, PeerIds.format(ids)));
                call.sendHeaders(headers);
                call.sendMessage(description.get());
                call.close(Status.OK, new Metadata());
            }
        };
    }
}
