package io.leasehold.cli.local;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.StatusRequest;
import io.leasehold.protocol.etcdserverpb.StatusResponse;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Calls to one life of a member, and what it last said of itself. One thread. */
final class MemberCalls implements AutoCloseable {
    /** Often enough for people, and nothing to a server. */
    private static final long PAUSE_NANOS = 300_000_000;

    /** An answer that is older does not tell how the member is: several questions have gone unanswered since. */
    private static final long RECENT_NANOS = 3_000_000_000L;

    private static final long STATUS_SECONDS = 2;

    private final ManagedChannel channel;
    private @Nullable ListenableFuture<StatusResponse> asked;
    private @Nullable StatusResponse last;
    private boolean hurried = true;
    private long askedNanos;
    private long lastAskedNanos;
    private long lastNanos;

    MemberCalls(EventLoopGroup sockets, MemberSpec member, boolean secure) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress("127.0.0.1", member.clientPort())
                .channelType(NioSocketChannel.class)
                .eventLoopGroup(sockets);
        channel = (secure ? trusting(builder) : builder.usePlaintext()).build();
    }

    /** The member made its certificate for itself a moment ago; there is nobody who could vouch for it. */
    private static NettyChannelBuilder trusting(NettyChannelBuilder builder) {
        try {
            return builder.sslContext(GrpcSslContexts.forClient()
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks when it is time to, and takes the answer when it is there. */
    void look(long nowNanos) {
        ListenableFuture<StatusResponse> answer = asked;
        if (answer != null && answer.isDone()) {
            asked = null;
            StatusResponse status = Answers.of(answer);
            if (status != null) {
                last = status;
                lastAskedNanos = askedNanos;
                lastNanos = nowNanos;
            }
        }
        if (asked == null && (hurried || nowNanos - askedNanos >= PAUSE_NANOS)) {
            hurried = false;
            askedNanos = nowNanos;
            // Otherwise a member that starts slowly is tried again only after ever longer pauses.
            channel.resetConnectBackoff();
            asked = call(MaintenanceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance(), STATUS_SECONDS);
        }
    }

    /** Asks at the next look, however short the pause. */
    void hurry() {
        hurried = true;
    }

    /** Whether what it said last was asked for since then. */
    boolean isAskedSince(long nanos) {
        return last != null && lastAskedNanos - nanos >= 0;
    }

    /** What it said last. */
    Optional<StatusResponse> last() {
        return Optional.ofNullable(last);
    }

    /** Whether that was a moment ago. */
    boolean isRecent(long nowNanos) {
        return last != null && nowNanos - lastNanos < RECENT_NANOS;
    }

    /** Makes a call; its answer comes on a thread of the connection. */
    <Q, R> ListenableFuture<R> call(MethodDescriptor<Q, R> method, Q request, long seconds) {
        return ClientCalls.futureUnaryCall(
                channel.newCall(method, CallOptions.DEFAULT.withDeadlineAfter(seconds, TimeUnit.SECONDS)), request);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
