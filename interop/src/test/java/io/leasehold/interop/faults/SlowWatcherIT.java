package io.leasehold.interop.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.leasehold.interop.Await;
import io.leasehold.interop.RunningServer;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchGrpc;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.Event;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A watcher that stops reading costs the others nothing and itself only time. */
final class SlowWatcherIT {
    /** 60 MB of events: far more than any socket buffer or window holds. */
    private static final int PUTS = 2_000;

    private static final int VALUE_BYTES = 30_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    @Test
    void others_go_on_while_one_does_not_read_and_it_loses_nothing() {
        try (Connection slowConnection = new Connection(SERVER.endpoint());
                Connection fastConnection = new Connection(SERVER.endpoint())) {
            Watcher slow = new Watcher();
            Watcher fast = new Watcher();
            slow.watch(slowConnection);
            fast.watch(fastConnection);
            fast.readOn();
            slow.request(1);
            Await.until("both are created", LIMIT, () -> slow.created && fast.created);

            for (int i = 0; i < PUTS; i++) {
                fastConnection.kv().put(bigPut(i));
            }

            Await.until("the fast one has all", LIMIT, () -> fast.revisions.size() == PUTS);
            assertThat(slow.revisions).isEmpty();
            slow.readOn();
            Await.until("the slow one has all", LIMIT, () -> slow.revisions.size() == PUTS);
            assertThat(slow.revisions).isEqualTo(fast.revisions).isSorted();
        }
    }

    private static PutRequest bigPut(int number) {
        return PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("slow/" + number % 10))
                .setValue(ByteString.copyFrom(new byte[VALUE_BYTES]))
                .build();
    }

    /** Reads responses only when it is told to. */
    private static final class Watcher implements ClientResponseObserver<WatchRequest, WatchResponse> {
        private final List<Long> revisions = new CopyOnWriteArrayList<>();
        private final AtomicReference<ClientCallStreamObserver<WatchRequest>> stream = new AtomicReference<>();
        private volatile boolean created;
        private volatile boolean readingOn;

        void watch(Connection connection) {
            WatchGrpc.newStub(connection.channel())
                    .watch(this)
                    .onNext(WatchRequest.newBuilder()
                            .setCreateRequest(WatchCreateRequest.newBuilder()
                                    .setKey(ByteString.copyFromUtf8("slow/"))
                                    .setRangeEnd(ByteString.copyFromUtf8("slow0")))
                            .build());
        }

        void request(int responses) {
            stream.get().request(responses);
        }

        void readOn() {
            readingOn = true;
            request(1);
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchRequest> requests) {
            requests.disableAutoRequestWithInitial(0);
            stream.set(requests);
        }

        @Override
        public void onNext(WatchResponse response) {
            created |= response.getCreated();
            for (Event event : response.getEventsList()) {
                revisions.add(event.getKv().getModRevision());
            }
            if (readingOn) {
                request(1);
            }
        }

        @Override
        public void onError(Throwable reason) {}

        @Override
        public void onCompleted() {}
    }
}
