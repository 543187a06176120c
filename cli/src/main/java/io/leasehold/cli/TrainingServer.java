package io.leasehold.cli;

import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.etcdserverpb.AuthGrpc;
import io.leasehold.protocol.etcdserverpb.AuthenticateRequest;
import io.leasehold.protocol.etcdserverpb.AuthenticateResponse;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrantResponse;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseLeasesRequest;
import io.leasehold.protocol.etcdserverpb.LeaseLeasesResponse;
import io.leasehold.protocol.etcdserverpb.LeaseStatus;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import io.leasehold.protocol.etcdserverpb.StatusRequest;
import io.leasehold.protocol.etcdserverpb.StatusResponse;
import io.leasehold.protocol.mvccpb.KeyValue;
import io.netty.handler.ssl.ClientAuth;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The server of the training run: it knows one key, and what it is asked it answers in the same way. */
final class TrainingServer {
    private static final ResponseHeader HEADER = ResponseHeader.newBuilder()
            .setClusterId(1)
            .setMemberId(1)
            .setRevision(1)
            .setRaftTerm(1)
            .build();

    private TrainingServer() {}

    /**
     * Serves on two ports of its own, which it prints, the second with TLS, until it is killed or stdin ends.
     *
     * @param args where an authority, a certificate of it and its key are
     */
    public static void main(String[] args) throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Server plain = services(NettyServerBuilder.forAddress(anyPort)).build().start();
        Server secure = services(NettyServerBuilder.forAddress(anyPort))
                .sslContext(GrpcSslContexts.forServer(new File(args[1]), new File(args[2]))
                        .trustManager(new File(args[0]))
                        .clientAuth(ClientAuth.OPTIONAL)
                        .build())
                .build()
                .start();
        System.out.println(plain.getPort() + " " + secure.getPort());
        // Ends with the process that started it.
        while (System.in.read() >= 0) {}
        Runtime.getRuntime().halt(0);
    }

    /** What it knows. */
    static NettyServerBuilder services(NettyServerBuilder server) {
        return server.addService(new Keys())
                .addService(new Leases())
                .addService(new Statuses())
                .addService(new Users());
    }

    private static <T> void answer(StreamObserver<T> answers, T answer) {
        answers.onNext(answer);
        answers.onCompleted();
    }

    private static final class Keys extends KVGrpc.KVImplBase {
        @Override
        public void range(RangeRequest request, StreamObserver<RangeResponse> answers) {
            KeyValue kv = KeyValue.newBuilder()
                    .setKey(request.getKey())
                    .setValue(request.getKey())
                    .setVersion(1)
                    .build();
            answer(
                    answers,
                    RangeResponse.newBuilder()
                            .setHeader(HEADER)
                            .addKvs(kv)
                            .setCount(1)
                            .build());
        }

        @Override
        public void put(PutRequest request, StreamObserver<PutResponse> answers) {
            answer(answers, PutResponse.newBuilder().setHeader(HEADER).build());
        }
    }

    private static final class Leases extends LeaseGrpc.LeaseImplBase {
        @Override
        public void leaseGrant(LeaseGrantRequest request, StreamObserver<LeaseGrantResponse> answers) {
            answer(
                    answers,
                    LeaseGrantResponse.newBuilder()
                            .setHeader(HEADER)
                            .setID(1)
                            .setTTL(request.getTTL())
                            .build());
        }

        @Override
        public void leaseLeases(LeaseLeasesRequest request, StreamObserver<LeaseLeasesResponse> answers) {
            answer(
                    answers,
                    LeaseLeasesResponse.newBuilder()
                            .setHeader(HEADER)
                            .addLeases(LeaseStatus.newBuilder().setID(1))
                            .build());
        }
    }

    private static final class Statuses extends MaintenanceGrpc.MaintenanceImplBase {
        @Override
        public void status(StatusRequest request, StreamObserver<StatusResponse> answers) {
            answer(
                    answers,
                    StatusResponse.newBuilder()
                            .setHeader(HEADER)
                            .setVersion("3")
                            .setDbSize(1)
                            .build());
        }
    }

    private static final class Users extends AuthGrpc.AuthImplBase {
        @Override
        public void authenticate(AuthenticateRequest request, StreamObserver<AuthenticateResponse> answers) {
            answer(
                    answers,
                    AuthenticateResponse.newBuilder()
                            .setHeader(HEADER)
                            .setToken(request.getName())
                            .build());
        }
    }
}
