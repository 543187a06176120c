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
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches over one stream; when it breaks, over the next one, from where each of them is. Commands come from the main
 * thread, answers on gRPC's; what they print is one answer after the other.
 */
final class WatchSession implements AutoCloseable {
    private static final Metadata.Key<String> HAS_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    /** The server's way of answering a progress request: an answer for no watch in particular. */
    private static final long ALL_WATCHES = -1;

    private static final long REOPEN_MILLIS = 100;

    private final Ctl ctl;
    private final Output output;
    private final Connection connection;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final Executor later = CompletableFuture.delayedExecutor(REOPEN_MILLIS, TimeUnit.MILLISECONDS);

    // What follows is only used under this object's lock.
    private ClientCall<WatchRequest, WatchResponse> call;

    /** Created, not yet confirmed by the server, in order. */
    private final Deque<Watch> asked = new ArrayDeque<>();

    private final Map<Long, Watch> watchById = new LinkedHashMap<>();
    private boolean closed;

    /** One watch, with the revision from which another stream has to go on; 0 for whatever is next. */
    private static final class Watch {
        final WatchFlags.Plan plan;
        long nextRevision;

        Watch(WatchFlags.Plan plan) {
            this.plan = plan;
            this.nextRevision = plan.request().getStartRevision();
        }

        WatchRequest request() {
            WatchCreateRequest create =
                    plan.request().toBuilder().setStartRevision(nextRevision).build();
            return WatchRequest.newBuilder().setCreateRequest(create).build();
        }
    }

    WatchSession(Ctl ctl, Connection connection) {
        this.ctl = ctl;
        this.output = ctl.output();
        this.connection = connection;
        this.call = open();
    }

    private ClientCall<WatchRequest, WatchResponse> open() {
        ClientCall<WatchRequest, WatchResponse> opened =
                connection.channel().newCall(WatchGrpc.getWatchMethod(), CallOptions.DEFAULT);
        Metadata metadata = new Metadata();
        metadata.put(HAS_LEADER, "true");
        opened.start(new Answers(), metadata);
        // Printing is the pace: the next answer is asked for when this one is told.
        opened.request(1);
        return opened;
    }

    synchronized void watch(WatchFlags.Plan plan) {
        Watch watch = new Watch(plan);
        asked.add(watch);
        call.sendMessage(watch.request());
    }

    synchronized void askProgress() {
        call.sendMessage(WatchRequest.newBuilder()
                .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                .build());
    }

    /** Waits until the server ends the watch, which is an error, or a command of it fails. */
    void await() {
        Connection.awaitEnd(end);
    }

    @Override
    public synchronized void close() {
        closed = true;
        call.cancel("the command ends", null);
    }

    private synchronized void answered(WatchResponse response) {
        Watch watch = response.getCreated() ? asked.remove() : watchById.get(response.getWatchId());
        if (watch != null && response.getCreated()) {
            watchById.put(response.getWatchId(), watch);
            if (watch.nextRevision == 0) {
                watch.nextRevision = response.getHeader().getRevision() + 1;
            }
        }
        if (response.getCanceled()) {
            canceled(response);
        } else if (response.getEventsCount() > 0) {
            show(response, watch);
        } else if (!response.getCreated()) {
            progress(response, watch);
        }
    }

    /** etcdctl prints a line for each of its watches when all have got so far. */
    private void progress(WatchResponse response, @Nullable Watch watch) {
        if (watch != null) {
            watch.nextRevision = response.getHeader().getRevision() + 1;
        }
        int lines = response.getWatchId() == ALL_WATCHES ? watchById.size() : 1;
        for (int i = 0; i < lines; i++) {
            output.line("progress notify: " + response.getHeader().getRevision());
        }
    }

    private void canceled(WatchResponse response) {
        watchById.remove(response.getWatchId());
        String reason = response.getCompactRevision() > 0
                ? "etcdserver: mvcc: required revision has been compacted"
                : response.getCancelReason();
        output.stream().flush();
        ctl.err().println("watch was canceled (" + reason + ")");
        end.completeExceptionally(new CtlException(CtlException.Code.INTERRUPTED, "watch is canceled by the server"));
    }

    private void show(WatchResponse response, @Nullable Watch watch) {
        output.print(new WatchAnswer(response));
        if (watch == null) {
            return;
        }
        watch.nextRevision =
                response.getEvents(response.getEventsCount() - 1).getKv().getModRevision() + 1;
        List<String> command = watch.plan.command();
        if (!command.isEmpty() && !WatchChild.run(ctl, command, response)) {
            ctl.exitWith(CtlException.Code.ERROR.number());
            closed = true;
            end.complete(null);
        }
    }

    /** Goes on over another stream, unless the server does not want that. */
    private synchronized void broken(Status status) {
        boolean isPassing = status.getCode() == Status.Code.UNAVAILABLE || status.getCode() == Status.Code.INTERNAL;
        boolean isRefused = Connection.words(status).equals("etcdserver: no leader");
        if (closed || !isPassing || isRefused) {
            end.completeExceptionally(Connection.failure(status, status.asRuntimeException()));
            return;
        }
        later.execute(this::resume);
    }

    private synchronized void resume() {
        if (closed) {
            return;
        }
        List<Watch> all = new ArrayList<>(watchById.values());
        all.addAll(asked);
        watchById.clear();
        asked.clear();
        call = open();
        for (Watch watch : all) {
            asked.add(watch);
            call.sendMessage(watch.request());
        }
    }

    private final class Answers extends ClientCall.Listener<WatchResponse> {
        @Override
        public void onMessage(WatchResponse message) {
            answered(message);
            synchronized (WatchSession.this) {
                call.request(1);
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            broken(status);
        }
    }
}
