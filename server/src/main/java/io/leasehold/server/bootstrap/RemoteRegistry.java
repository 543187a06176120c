package io.leasehold.server.bootstrap;

import com.google.protobuf.ByteString;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.AuthenticateRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.server.config.Discovery;
import io.leasehold.server.config.Discovery.RegistryTls;
import io.leasehold.server.tls.MemberTls;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A registry in a cluster that is reached over the network. Each request goes to its endpoints in turn until one answers. */
public final class RemoteRegistry implements Registry, AutoCloseable {
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
    private static final String SECURE_URL = "https://";
    private static final String SCHEME_END = "://";
    private static final int CLOSE_LIMIT_SECONDS = 2;

    private final Discovery.Registry settings;
    private final List<ManagedChannel> channels;

    /**
     * Connections are made when something is asked.
     *
     * @throws io.leasehold.server.tls.TlsFailed when a certificate's file cannot be used
     */
    public RemoteRegistry(Discovery.Registry settings) {
        this.settings = settings;
        this.channels = settings.endpoints().stream().map(this::open).toList();
    }

    private ManagedChannel open(String endpoint) {
        RegistryTls given = settings.tls();
        boolean secure = endpoint.startsWith(SECURE_URL) || (given != null && endpoint.indexOf(SCHEME_END) < 0);
        int schemeEnd = endpoint.indexOf(SCHEME_END);
        String place = schemeEnd < 0 ? endpoint : endpoint.substring(schemeEnd + SCHEME_END.length());
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget("dns:///" + place);
        return secure
                ? builder.sslContext(context(given == null ? new RegistryTls(null, null, false) : given))
                        .build()
                : builder.usePlaintext().build();
    }

    private static SslContext context(RegistryTls tls) {
        return new JdkSslContext(
                MemberTls.calling(tls.keyPair(), tls.trustedCaFile(), tls.believesAnybody()),
                true,
                null,
                SupportedCipherSuiteFilter.INSTANCE,
                new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2),
                ClientAuth.NONE,
                null,
                false);
    }

    @Override
    public Optional<String> value(String key) throws IOException {
        RangeRequest request =
                RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
        return ask(kv -> kv.range(request)).getKvsList().stream()
                .map(found -> found.getValue().toStringUtf8())
                .findFirst();
    }

    @Override
    public List<Entry> entries(String prefix) throws IOException {
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(prefix))
                .setRangeEnd(ByteString.copyFromUtf8(endOf(prefix)))
                .build();
        return ask(kv -> kv.range(request)).getKvsList().stream()
                .map(found -> new Entry(
                        found.getKey().toStringUtf8(), found.getValue().toStringUtf8(), found.getCreateRevision()))
                .toList();
    }

    @Override
    public void put(String key, String value) throws IOException {
        PutRequest request = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
        var unused = ask(kv -> kv.put(request));
    }

    /** Behind all keys with a prefix, which ends with an ASCII character. */
    private static String endOf(String prefix) {
        int last = prefix.length() - 1;
        return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
    }

    private <T> T ask(Function<KVGrpc.KVBlockingStub, T> request) throws IOException {
        IOException failure = new IOException("there is no endpoint");
        for (ManagedChannel channel : channels) {
            try {
                KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(settings.requestMillis(), TimeUnit.MILLISECONDS);
                return request.apply(settings.userName().isEmpty() ? kv : kv.withInterceptors(login(channel)));
            } catch (StatusRuntimeException refused) {
                failure = new IOException(channel.authority() + ": " + refused.getStatus(), refused);
            }
        }
        throw failure;
    }

    private ClientInterceptor login(ManagedChannel channel) {
        AuthenticateRequest who = AuthenticateRequest.newBuilder()
                .setName(settings.userName())
                .setPassword(settings.password())
                .build();
        Metadata headers = new Metadata();
        headers.put(
                TOKEN,
                AuthGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(settings.requestMillis(), TimeUnit.MILLISECONDS)
                        .authenticate(who)
                        .getToken());
        return MetadataUtils.newAttachHeadersInterceptor(headers);
    }

    /** Closes the connections. */
    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        for (ManagedChannel channel : channels) {
            try {
                var unused = channel.awaitTermination(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
