package io.leasehold.cli.kv;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.output.Output;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchProgressRequest;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Watches over one stream. Commands come from the main thread, answers on gRPC's; what they print is one answer after the
 * other.
 */
final class WatchSession implements AutoCloseable {
    private static final Metadata.Key<String> HAS_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    /** The server's way of answering a progress request: an answer for no watch in particular. */
    private static final long ALL_WATCHES = -1;

    private final Ctl ctl;
    private final Output output;
    private final ClientCall<WatchRequest, WatchResponse> call;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final Object lock = new Object();

    /** Created, not yet confirmed by the server, in order. Under the lock. */
    private final Deque<WatchFlags.Plan> asked = new ArrayDeque<>();

    private final Map<Long, WatchFlags.Plan> planById = new HashMap<>();

    WatchSession(Ctl ctl, Connection connection) {
        this.ctl = ctl;
        this.output = ctl.output();
        this.call = connection.channel().newCall(WatchGrpc.getWatchMethod(), CallOptions.DEFAULT);
        Metadata metadata = new Metadata();
        metadata.put(HAS_LEADER, "true");
        call.start(new Answers(), metadata);
        call.request(1);
    }

    void watch(WatchFlags.Plan plan) {
        WatchCreateRequest request = plan.request();
        synchronized (lock) {
            asked.add(plan);
            call.sendMessage(WatchRequest.newBuilder().setCreateRequest(request).build());
        }
    }

    void askProgress() {
        call.sendMessage(WatchRequest.newBuilder()
                .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                .build());
    }

    /** Waits until the server ends the watch, which is an error. */
    void await() {
        Connection.awaitEnd(end);
    }

    @Override
    public void close() {
        call.cancel("the command ends", null);
    }

    private void answered(WatchResponse response) {
        synchronized (lock) {
            if (response.getCreated()) {
                WatchFlags.Plan plan = asked.remove();
                planById.put(response.getWatchId(), plan);
                if (response.getCanceled()) {
                    canceled(response);
                }
                return;
            }
            if (response.getCanceled()) {
                canceled(response);
            } else if (response.getEventsCount() == 0) {
                progress(response);
            } else {
                show(response, planById.get(response.getWatchId()));
            }
        }
    }

    /** etcdctl prints a line for each of its watches when all have got so far. */
    private void progress(WatchResponse response) {
        int lines = response.getWatchId() == ALL_WATCHES ? planById.size() : 1;
        for (int i = 0; i < lines; i++) {
            output.line("progress notify: " + response.getHeader().getRevision());
        }
    }

    private void canceled(WatchResponse response) {
        planById.remove(response.getWatchId());
        String reason = response.getCompactRevision() > 0
                ? "etcdserver: mvcc: required revision has been compacted"
                : response.getCancelReason();
        output.stream().flush();
        ctl.err().println("watch was canceled (" + reason + ")");
        end.completeExceptionally(new CtlException(CtlException.Code.INTERRUPTED, "watch is canceled by the server"));
    }

    private void show(WatchResponse response, WatchFlags.@Nullable Plan plan) {
        List<String> command = plan == null ? List.of() : plan.command();
        output.print(new WatchAnswer(response));
        if (!command.isEmpty()) {
            try {
                WatchChild.run(ctl, command, response);
            } catch (CtlException e) {
                end.completeExceptionally(e);
            }
        }
    }

    private final class Answers extends ClientCall.Listener<WatchResponse> {
        @Override
        public void onMessage(WatchResponse message) {
            answered(message);
            call.request(1);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            end.completeExceptionally(Connection.failure(status, status.asRuntimeException()));
        }
    }
}
