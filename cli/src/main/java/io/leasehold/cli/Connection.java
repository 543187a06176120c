package io.leasehold.cli;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.leasehold.protocol.ReadsClock;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A connection to a server: whichever of some endpoints can be reached. Calls wait for it until their deadline, as etcdctl's
 * do. Errors come as {@link CtlException} with etcdctl's words.
 */
public final class Connection implements AutoCloseable {
    private static final int CLOSE_SECONDS = 1;

    /** As many as etcd's own client makes; a deadline usually comes earlier. */
    private static final int ATTEMPTS_MAX = 100;

    private static final long PAUSE_MILLIS = 25;

    /** What can be asked again when a connection broke under the question. */
    private static final Set<String> READS = Set.of(
            "Range",
            "LeaseTimeToLive",
            "LeaseLeases",
            "MemberList",
            "Status",
            "HashKV",
            "AuthStatus",
            "UserGet",
            "UserList",
            "RoleGet",
            "RoleList");

    private final EventLoopGroup sockets;
    private final ManagedChannel managed;
    private final Identity identity;
    private final Channel channel;
    private final Duration commandTimeout;

    private Connection(EventLoopGroup sockets, ManagedChannel managed, Identity identity, Duration commandTimeout) {
        this.sockets = sockets;
        this.managed = managed;
        this.identity = identity;
        this.channel = ClientInterceptors.intercept(managed, identity);
        this.commandTimeout = commandTimeout;
    }

    static Connection open(Ctl ctl, Login login, List<String> endpoints) {
        if (endpoints.isEmpty()) {
            throw new CtlException(CtlException.Code.BAD_CONNECTION, "etcdclient: no available endpoints");
        }
        Optional<QuickHandshake> tls = ClientTls.of(login, endpoints);
        boolean unix = endpoints.stream().anyMatch(EndpointList::isUnix);
        EventLoopGroup sockets = unix ? UnixSockets.loops(endpoints) : jdkLoops();
        ManagedChannel managed = managed(login, endpoints, unix, sockets, tls);
        try {
            return new Connection(sockets, managed, new Identity(ctl, login, managed), ctl.commandTimeout());
        } catch (RuntimeException e) {
            managed.shutdownNow();
            var unused = sockets.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
    }

    /** Makes a unary call with the command's deadline. */
    public <Q, R> R call(MethodDescriptor<Q, R> method, Q request) {
        return call(method, request, commandTimeout);
    }

    /** Makes a unary call that may take as long as it takes. */
    public <Q, R> R callWithoutDeadline(MethodDescriptor<Q, R> method, Q request) {
        return attempts(method, request, CallOptions.DEFAULT);
    }

    /** Makes a unary call. */
    public <Q, R> R call(MethodDescriptor<Q, R> method, Q request, Duration timeout) {
        Deadline deadline = Deadline.after(timeout.toNanos(), TimeUnit.NANOSECONDS);
        return attempts(method, request, CallOptions.DEFAULT.withDeadline(deadline));
    }

    private <Q, R> R attempts(MethodDescriptor<Q, R> method, Q request, CallOptions options) {
        for (int attempt = 1; ; attempt++) {
            try {
                return ClientCalls.blockingUnaryCall(channel, method, options, request);
            } catch (StatusRuntimeException e) {
                if (attempt == ATTEMPTS_MAX || !isWorthAnother(method, e.getStatus())) {
                    throw failure(e.getStatus(), e);
                }
                pause();
            }
        }
    }

    /** Whether the call was not made, or may be made twice, and can go well the next time. */
    private boolean isWorthAnother(MethodDescriptor<?, ?> method, Status status) {
        return switch (words(status)) {
            // Somebody changed users or roles meanwhile.
            case "etcdserver: revision of auth store is old" -> {
                identity.renew();
                yield true;
            }
            case "etcdserver: invalid auth token" -> identity.renew();
            default ->
                status.getCode() == Status.Code.UNAVAILABLE
                        && READS.contains(String.valueOf(method.getBareMethodName()));
        };
    }

    @ReadsClock("another attempt is made a moment later")
    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CtlException(CtlException.Code.ERROR, "context canceled", e);
        }
    }

    /** For streams. */
    public Channel channel() {
        return channel;
    }

    /**
     * Waits for the end of a stream that nobody wants to end, or for an interrupt.
     *
     * @throws CtlException with the reason, if the stream ended with one
     */
    public static void awaitEnd(Future<?> end) {
        try {
            end.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CtlException failure) {
                throw failure;
            }
            throw new IllegalStateException("the watch ended without a reason", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A refusal in etcdctl's words. */
    public static CtlException failure(Status status, Throwable cause) {
        return new CtlException(CtlException.Code.ERROR, words(status), cause);
    }

    /** A status in etcdctl's words. */
    public static String words(Status status) {
        String description = status.getDescription() == null ? "" : status.getDescription();
        if (description.startsWith("etcdserver: ")) {
            return description;
        }
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> "context deadline exceeded";
            case CANCELLED -> "context canceled";
            default -> "rpc error: code = " + goName(status.getCode()) + " desc = " + description;
        };
    }

    /** The name of a code as Go has it: {@code NotFound}. */
    private static String goName(Status.Code code) {
        StringBuilder name = new StringBuilder();
        for (String word : code.name().split("_", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }

    /**
     * Ends the connection and its thread. A JVM that ends while a thread waits inside the system gives it 300 ms, which would
     * be most of a short command's time.
     */
    @Override
    public void close() {
        managed.shutdownNow();
        try {
            managed.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
            sockets.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS).await(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One thread of the JDK's own sockets; gRPC would load a native library only to look whether it is there. */
    private static EventLoopGroup jdkLoops() {
        System.setProperty("io.netty.transport.noNative", "true");
        return new NioEventLoopGroup(1, new DefaultThreadFactory("leaseholdctl", true));
    }

    private static ManagedChannel managed(
            Login login, List<String> endpoints, boolean unix, EventLoopGroup sockets, Optional<QuickHandshake> tls) {
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget(EndpointList.target(endpoints))
                .keepAliveTime(login.keepaliveTime.value().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(login.keepaliveTimeout.value().toNanos(), TimeUnit.NANOSECONDS)
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .channelType(unix ? UnixSockets.channelType() : NioSocketChannel.class)
                .eventLoopGroup(sockets);
        tls.ifPresentOrElse(builder::sslContext, builder::usePlaintext);
        return builder.build();
    }
}
