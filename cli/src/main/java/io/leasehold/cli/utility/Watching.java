package io.leasehold.cli.utility;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.leasehold.cli.Connection;
import io.leasehold.cli.CtlException;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One watch whose answers are worked off one after the other; the next is asked for when one is done. */
final class Watching extends ClientCall.Listener<WatchResponse> {
    private final ClientCall<WatchRequest, WatchResponse> call;
    private final Consumer<WatchResponse> each;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private Watching(ClientCall<WatchRequest, WatchResponse> call, Consumer<WatchResponse> each) {
        this.call = call;
        this.each = each;
    }

    /**
     * Watches until the server ends it, or the consumer refuses an answer.
     *
     * @throws CtlException with the reason
     */
    static void follow(Connection connection, WatchRequest request, Consumer<WatchResponse> each) {
        ClientCall<WatchRequest, WatchResponse> call =
                connection.channel().newCall(WatchGrpc.getWatchMethod(), CallOptions.DEFAULT);
        Watching watching = new Watching(call, each);
        call.start(watching, new Metadata());
        call.sendMessage(request);
        call.request(1);
        try {
            Connection.awaitEnd(watching.end);
        } finally {
            call.cancel("the command ends", null);
        }
    }

    @Override
    public void onMessage(WatchResponse message) {
        try {
            each.accept(message);
            call.request(1);
        } catch (CtlException e) {
            end.completeExceptionally(e);
        }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        end.completeExceptionally(Connection.failure(status, status.asRuntimeException()));
    }
}
