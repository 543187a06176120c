package io.leasehold.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.leasehold.v1.GrantLeasesRequest;
import io.leasehold.protocol.leasehold.v1.GrantRequest;
import io.leasehold.protocol.leasehold.v1.LeaseGrpc;
import io.leasehold.protocol.leasehold.v1.LeaseState;
import io.leasehold.protocol.leasehold.v1.ListLeasesRequest;
import io.leasehold.protocol.leasehold.v1.ListLeasesResponse;
import io.leasehold.protocol.leasehold.v1.RevokeLeasesRequest;
import io.leasehold.protocol.leasehold.v1.WatchLeasesRequest;
import io.leasehold.protocol.leasehold.v1.WatchLeasesResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where {@code leasehold.v1.Lease} stops: pages, keys in a page, and watches that nobody reads. */
@Timeout(120)
class LeaseExtensionLimitsTest {
    private static final int TXN_OPS = 128;

    @TempDir
    Path directory;

    private ServedNode served;
    private LeaseGrpc.LeaseBlockingStub leases;

    @BeforeEach
    void serve() throws IOException {
        served = new ServedNode(directory);
        leases = LeaseGrpc.newBlockingStub(served.channel);
    }

    @AfterEach
    void close() {
        served.close();
    }

    @Test
    void a_page_holds_100_leases_unless_asked_and_1000_at_most() {
        grant(1, 1_000);
        grant(1_001, 1_005);

        ListLeasesResponse byDefault = leases.listLeases(ListLeasesRequest.getDefaultInstance());
        ListLeasesResponse largest = leases.listLeases(
                ListLeasesRequest.newBuilder().setPageSize(1_000).build());
        ListLeasesResponse rest = leases.listLeases(ListLeasesRequest.newBuilder()
                .setPageSize(1_000)
                .setPageToken(largest.getNextPageToken())
                .build());

        assertThat(byDefault.getLeasesCount()).isEqualTo(100);
        assertThat(byDefault.getNextPageToken()).isNotEqualTo(ByteString.EMPTY);
        assertThat(largest.getLeasesCount()).isEqualTo(1_000);
        assertThat(rest.getLeasesList())
                .extracting(LeaseState::getId)
                .containsExactly(1_001L, 1_002L, 1_003L, 1_004L, 1_005L);
        assertThat(rest.getNextPageToken()).isEqualTo(ByteString.EMPTY);
        assertThatThrownBy(() -> leases.listLeases(
                        ListLeasesRequest.newBuilder().setPageSize(1_001).build()))
                .hasMessageContaining("page_size is 1001, not 0 to 1000");
    }

    @Test
    void a_lease_with_more_keys_than_a_page_holds_is_cut_and_says_so() {
        grant(1, 3);
        attach(1, 10);
        attach(2, LeasePages.PAGE_KEYS_MAX + 1);
        attach(3, 5);
        ListLeasesRequest request = ListLeasesRequest.newBuilder().setKeys(true).build();

        List<ListLeasesResponse> pages = new ArrayList<>();
        ListLeasesResponse page = leases.listLeases(request);
        pages.add(page);
        while (!page.getNextPageToken().isEmpty()) {
            page = leases.listLeases(
                    request.toBuilder().setPageToken(page.getNextPageToken()).build());
            pages.add(page);
        }

        // The large one has a page's whole room to itself, and still not enough.
        assertThat(pages.getFirst().getLeasesList())
                .extracting(LeaseState::getId)
                .containsExactly(1L);
        List<LeaseState> all =
                pages.stream().flatMap(each -> each.getLeasesList().stream()).toList();
        assertThat(all).extracting(LeaseState::getId).containsExactly(1L, 2L, 3L);
        assertThat(all).extracting(LeaseState::getKeysCut).containsExactly(false, true, false);
        assertThat(all).extracting(LeaseState::getKeyCount).containsExactly(10L, LeasePages.PAGE_KEYS_MAX + 1L, 5L);
        assertThat(all).extracting(LeaseState::getKeysCount).containsExactly(10, LeasePages.PAGE_KEYS_MAX, 5);
    }

    @Test
    void without_keys_nothing_is_cut() {
        grant(1, 1);
        attach(1, LeasePages.PAGE_KEYS_MAX + 1);

        LeaseState lease =
                leases.listLeases(ListLeasesRequest.getDefaultInstance()).getLeases(0);

        assertThat(lease.getKeyCount()).isEqualTo(LeasePages.PAGE_KEYS_MAX + 1L);
        assertThat(lease.getKeysCount()).isZero();
        assertThat(lease.getKeysCut()).isFalse();
    }

    @Test
    void a_watch_that_nobody_reads_is_told_that_it_has_lost_events_and_ends() throws Exception {
        BlockingQueue<WatchLeasesResponse> messages = new LinkedBlockingQueue<>();
        CompletableFuture<Status> end = new CompletableFuture<>();
        ClientCall<WatchLeasesRequest, WatchLeasesResponse> slow = watch(messages, end);
        slow.request(1);
        assertThat(next(messages).getSynced()).isTrue();
        BlockingQueue<WatchLeasesResponse> otherMessages = new LinkedBlockingQueue<>();
        ClientCall<WatchLeasesRequest, WatchLeasesResponse> other = watch(otherMessages, new CompletableFuture<>());
        other.request(Integer.MAX_VALUE);

        // 102,000 events, of which a subscriber may owe 100,000.
        int told = 0;
        for (int round = 0; round < 51; round++) {
            grant(1, 1_000);
            RevokeLeasesRequest.Builder all = RevokeLeasesRequest.newBuilder();
            for (long id = 1; id <= 1_000; id++) {
                all.addIds(id);
            }
            leases.revokeLeases(all.build());
        }
        slow.request(Integer.MAX_VALUE);

        Status status = end.get();
        assertThat(status.getCode()).isEqualTo(Status.Code.DATA_LOSS);
        assertThat(status.getDescription()).isEqualTo("leasehold: the watch was too slow and has lost events");
        assertThat(messages).isNotEmpty();
        assertThat(new ArrayList<>(messages).getLast().getEventsLost()).isTrue();
        while (told < 102_000) {
            told += next(otherMessages).getEventsCount();
        }
        other.cancel("done", null);
    }

    private ClientCall<WatchLeasesRequest, WatchLeasesResponse> watch(
            BlockingQueue<WatchLeasesResponse> messages, CompletableFuture<Status> end) {
        ClientCall<WatchLeasesRequest, WatchLeasesResponse> call =
                served.channel.newCall(LeaseGrpc.getWatchLeasesMethod(), CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(WatchLeasesResponse message) {
                        messages.add(message);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(status);
                    }
                },
                new Metadata());
        call.sendMessage(WatchLeasesRequest.newBuilder().setInitial(true).build());
        call.halfClose();
        return call;
    }

    private static WatchLeasesResponse next(BlockingQueue<WatchLeasesResponse> messages) throws InterruptedException {
        WatchLeasesResponse message = messages.poll(30, TimeUnit.SECONDS);
        assertThat(message).isNotNull();
        return message;
    }

    private void grant(long firstId, long lastId) {
        GrantLeasesRequest.Builder request = GrantLeasesRequest.newBuilder();
        for (long id = firstId; id <= lastId; id++) {
            request.addGrants(GrantRequest.newBuilder().setId(id).setTtlMs(600_000));
        }
        assertThat(leases.grantLeases(request.build()).getResultsList()).noneMatch(result -> result.hasError());
    }

    private void attach(long leaseId, int keys) {
        KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(served.channel);
        for (int from = 0; from < keys; from += TXN_OPS) {
            TxnRequest.Builder txn = TxnRequest.newBuilder();
            for (int key = from; key < Math.min(keys, from + TXN_OPS); key++) {
                txn.addSuccess(RequestOp.newBuilder()
                        .setRequestPut(PutRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8(leaseId + "/" + key))
                                .setLease(leaseId)));
            }
            kv.txn(txn.build());
        }
    }
}
