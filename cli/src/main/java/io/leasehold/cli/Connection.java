package io.leasehold.cli;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.AuthenticateRequest;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A connection to a server: whichever of some endpoints can be reached. Calls wait for it until their deadline, as etcdctl's
 * do. Errors come as {@link CtlException} with etcdctl's words.
 */
public final class Connection implements AutoCloseable {
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
    private static final int CLOSE_SECONDS = 1;

    private final EventLoopGroup sockets;
    private final ManagedChannel managed;
    private final Channel channel;
    private final Duration commandTimeout;

    private Connection(EventLoopGroup sockets, ManagedChannel managed, Channel channel, Duration commandTimeout) {
        this.sockets = sockets;
        this.managed = managed;
        this.channel = channel;
        this.commandTimeout = commandTimeout;
    }

    static Connection open(Ctl ctl, Login login, List<String> endpoints) {
        if (endpoints.isEmpty()) {
            throw new CtlException(CtlException.Code.BAD_ARGUMENTS, "must provide at least one in --endpoints flag");
        }
        boolean unix = endpoints.stream().anyMatch(EndpointList::isUnix);
        EventLoopGroup sockets = unix ? UnixSockets.loops(endpoints) : jdkLoops();
        ManagedChannel managed = managed(login, endpoints, unix, sockets);
        Channel channel = managed;
        try {
            String token = login.token.value().isEmpty() && !login.user.value().isEmpty()
                    ? authenticate(ctl, login, managed)
                    : login.token.value();
            if (!token.isEmpty()) {
                Metadata metadata = new Metadata();
                metadata.put(TOKEN, token);
                channel = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
            }
        } catch (RuntimeException e) {
            managed.shutdownNow();
            var unused = sockets.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
        return new Connection(
                sockets, managed, ClientInterceptors.intercept(channel, new WaitForReady()), ctl.commandTimeout());
    }

    /** Makes a unary call with the command's deadline. */
    public <Q, R> R call(MethodDescriptor<Q, R> method, Q request) {
        return call(method, request, commandTimeout);
    }

    /** Makes a unary call that may take as long as it takes. */
    public <Q, R> R callWithoutDeadline(MethodDescriptor<Q, R> method, Q request) {
        try {
            return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, request);
        } catch (StatusRuntimeException e) {
            throw failure(e.getStatus(), e);
        }
    }

    /** Makes a unary call. */
    public <Q, R> R call(MethodDescriptor<Q, R> method, Q request, Duration timeout) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
        try {
            return ClientCalls.blockingUnaryCall(channel, method, options, request);
        } catch (StatusRuntimeException e) {
            throw failure(e.getStatus(), e);
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
        if (description.startsWith("etcdserver: ") || description.startsWith("auth: ")) {
            return description;
        }
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> "context deadline exceeded";
            case CANCELLED -> "context canceled";
            default -> "rpc error: code = " + status.getCode() + " desc = " + description;
        };
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

    private static String authenticate(Ctl ctl, Login login, Channel channel) {
        int colon = login.user.value().indexOf(':');
        String name = colon < 0 ? login.user.value() : login.user.value().substring(0, colon);
        String password = login.password.value();
        if (password.isEmpty()) {
            password = colon >= 0 ? login.user.value().substring(colon + 1) : Typed.ask(ctl, "Password: ");
        }
        AuthenticateRequest request = AuthenticateRequest.newBuilder()
                .setName(name)
                .setPassword(password)
                .build();
        CallOptions options = CallOptions.DEFAULT
                .withWaitForReady()
                .withDeadlineAfter(ctl.commandTimeout().toNanos(), TimeUnit.NANOSECONDS);
        try {
            return ClientCalls.blockingUnaryCall(channel, AuthGrpc.getAuthenticateMethod(), options, request)
                    .getToken();
        } catch (StatusRuntimeException e) {
            if (words(e.getStatus()).equals("etcdserver: authentication is not enabled")) {
                return "";
            }
            throw new CtlException(CtlException.Code.BAD_CONNECTION, words(e.getStatus()), e);
        }
    }

    /** One thread of the JDK's own sockets; gRPC would load a native library only to look whether it is there. */
    private static EventLoopGroup jdkLoops() {
        System.setProperty("io.netty.transport.noNative", "true");
        return new NioEventLoopGroup(1, new DefaultThreadFactory("leaseholdctl", true));
    }

    private static ManagedChannel managed(Login login, List<String> endpoints, boolean unix, EventLoopGroup sockets) {
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget(EndpointList.target(endpoints))
                .keepAliveTime(login.keepaliveTime.value().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(login.keepaliveTimeout.value().toNanos(), TimeUnit.NANOSECONDS)
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .channelType(unix ? UnixSockets.channelType() : NioSocketChannel.class)
                .eventLoopGroup(sockets);
        boolean https = endpoints.stream()
                .map(text -> text.toLowerCase(Locale.ROOT))
                .anyMatch(text -> text.startsWith("https://") || text.startsWith("unixs:"));
        if (https
                || !login.cacert.value().isEmpty()
                || !login.cert.value().isEmpty()
                || !login.insecureTransport.value()) {
            builder.sslContext(tls(login)).overrideAuthority(EndpointList.host(endpoints.get(0)));
        } else {
            builder.usePlaintext();
        }
        return builder.build();
    }

    private static SslContext tls(Login login) {
        if (login.cert.value().isEmpty() != login.key.value().isEmpty()) {
            throw new CtlException(CtlException.Code.BAD_ARGUMENTS, "--cert and --key are given both or neither");
        }
        try {
            SslContextBuilder builder = GrpcSslContexts.forClient();
            if (login.insecureSkipTlsVerify.value()) {
                builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
            } else if (!login.cacert.value().isEmpty()) {
                builder.trustManager(new File(login.cacert.value()));
            }
            if (!login.cert.value().isEmpty()) {
                KeyPair pair = KeyPair.read(Path.of(login.cert.value()), Path.of(login.key.value()));
                builder.keyManager(pair.key(), pair.chainArray());
            }
            return builder.build();
        } catch (IOException | IllegalArgumentException e) {
            throw new CtlException(CtlException.Code.BAD_CONNECTION, "TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    /** Lets calls wait for a connection instead of failing at the first attempt. */
    private static final class WaitForReady implements ClientInterceptor {
        @Override
        public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
            return next.newCall(method, options.withWaitForReady());
        }
    }
}
