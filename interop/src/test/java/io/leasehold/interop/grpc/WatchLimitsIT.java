package io.leasehold.interop.grpc;

import static io.leasehold.interop.grpc.Calls.bytes;
import static io.leasehold.interop.grpc.Calls.putOp;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.leasehold.interop.ServerProcess;
import io.leasehold.interop.ServerTarget;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.Event;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Watches whose behaviour depends on a flag of the server, or on its end. */
final class WatchLimitsIT {
    private static final int MEGABYTE = 1 << 20;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    @Test
    void a_large_response_is_cut_between_events_when_the_client_allows_it() {
        Calls calls = start("--max-request-bytes=4194304");
        long revision = calls.txn(putOp("a", large()), putOp("b", large()), putOp("c", large()))
                .getHeader()
                .getRevision();
        Calls small = start("--max-request-bytes=1500000");
        for (String key : List.of("a", "b", "c")) {
            small.put(key, large());
        }

        WatchSession whole = calls.watch();
        whole.create(range(revision));
        WatchSession single = small.watch();
        single.create(range(1).setFragment(true));

        assertThat(whole.next().getEventsCount()).isEqualTo(3);
        List<WatchResponse> pieces = new ArrayList<>();
        for (int events = 0; events < 3; events += pieces.get(pieces.size() - 1).getEventsCount()) {
            pieces.add(single.next());
        }
        assertThat(pieces).allMatch(piece -> piece.getSerializedSize() < 1_500_000 + 512 * 1024);
        assertThat(pieces.get(pieces.size() - 1).getFragment()).isFalse();
        assertThat(pieces.stream()
                        .flatMap(piece -> piece.getEventsList().stream())
                        .map(Event::getKv))
                .extracting(kv -> kv.getKey().toStringUtf8())
                .containsExactly("a", "b", "c");
    }

    @Test
    void an_idle_watcher_is_told_of_progress_under_its_own_id() {
        Calls calls = start("--experimental-watch-progress-notify-interval=200ms");
        WatchSession watch = calls.watch();
        watch.create(WatchCreateRequest.newBuilder()
                .setKey(bytes("idle"))
                .setWatchId(7)
                .setProgressNotify(true));

        long revision = calls.put("other", "v");
        WatchResponse progress = watch.next();
        while (progress.getHeader().getRevision() < revision) {
            progress = watch.next();
        }

        assertThat(progress.getWatchId()).isEqualTo(7);
        assertThat(progress.getEventsCount()).isZero();
        assertThat(progress.getHeader().getRevision()).isEqualTo(revision);
    }

    @Test
    void the_end_of_the_server_ends_the_stream() {
        ServerProcess server = server();
        Calls calls = connect(server);
        WatchSession watch = calls.watch();
        watch.watch("k", 0);

        server.stop();

        assertThat(watch.end().getCode()).isIn(Status.Code.UNAVAILABLE, Status.Code.CANCELLED);
    }

    private Calls start(String flag) {
        return connect(server(flag));
    }

    private ServerProcess server(String... flags) {
        ServerProcess server = ServerProcess.start(ServerTarget.configured(), flags);
        opened.add(server);
        return server;
    }

    private Calls connect(ServerProcess server) {
        Calls calls = new Calls(server.endpoint());
        opened.add(calls);
        return calls;
    }

    private static WatchCreateRequest.Builder range(long start) {
        return WatchCreateRequest.newBuilder()
                .setKey(bytes("a"))
                .setRangeEnd(bytes("z"))
                .setStartRevision(start);
    }

    private static String large() {
        return "x".repeat(MEGABYTE);
    }
}
