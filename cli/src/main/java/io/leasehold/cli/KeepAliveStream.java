package io.leasehold.cli;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import java.util.function.Consumer;

/** One stream of renewals: an answer comes for each request, in order. The caller cancels the call when it is done. */
public final class KeepAliveStream {
    private KeepAliveStream() {}

    /**
     * Opens one.
     *
     * @param answers is told each answer, on the connection's thread
     * @param end is told once, likewise, how the stream ended
     */
    public static ClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> open(
            Connection connection, Consumer<LeaseKeepAliveResponse> answers, Consumer<Status> end) {
        ClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call =
                connection.channel().newCall(LeaseGrpc.getLeaseKeepAliveMethod(), CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(LeaseKeepAliveResponse message) {
                        answers.accept(message);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.accept(status);
                    }
                },
                new Metadata());
        call.request(Integer.MAX_VALUE);
        return call;
    }
}
