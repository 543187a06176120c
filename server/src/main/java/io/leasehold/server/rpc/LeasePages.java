package io.leasehold.server.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Status;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.mvcc.RangeResult;
import io.leasehold.mvcc.StoreSnapshot;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.leasehold.v1.LeaseState;
import io.leasehold.protocol.leasehold.v1.ListLeasesRequest;
import io.leasehold.protocol.leasehold.v1.ListLeasesResponse;
import io.leasehold.server.replica.LeaseDirectory;
import io.leasehold.server.replica.Replica;
import io.leasehold.server.replica.lease.LeaseListing;
import io.leasehold.statemachine.Requests;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes pages of the list of leases, on the member that leads: the times come from the LeaseKeeper as one copy, the page is
 * picked from it on the slow readers' thread, and only the keys of the page's own leases are looked up by the Applier. Any
 * thread.
 */
final class LeasePages {
    static final int PAGE_SIZE_DEFAULT = 100;
    /** Leases in a page. */
    static final int PAGE_SIZE_MAX = 1_000;
    /** Keys in a page, of all its leases together: the Applier lists them between two entries. */
    static final int PAGE_KEYS_MAX = 10_000;

    /** Keys looked at in one go when leases are filtered by their keys. */
    private static final int SCAN_SLICE_KEYS = 10_000;

    private static final ByteSequence ZERO = ByteSequence.wrap(new byte[1]);

    private final Replica replica;
    private final Headers headers;
    private final Executor slowReads;

    LeasePages(Gate gate, Headers headers) {
        this.replica = gate.replica();
        this.headers = headers;
        this.slowReads = gate.slowReads();
    }

    /** What comes of a question for a page. */
    sealed interface Answer {
        /** The page. */
        record Page(ListLeasesResponse response) implements Answer {}

        /** There is none, and the client is told why. */
        record Refused(Status status) implements Answer {}

        /** This member does not know the times: it does not lead. */
        record NotLeading() implements Answer {}
    }

    /** Makes a page, if this member leads; the answer comes on the executor. The request was {@linkplain #check checked}. */
    void page(ListLeasesRequest request, Executor executor, Consumer<Answer> listener) {
        replica.leaseDirectory().listing(executor, times -> {
            switch (times) {
                case LeaseDirectory.Times.Listed listed -> {
                    // The snapshot is not older than the listing: nobody's acknowledged key is missing from it.
                    StoreSnapshot snapshot = replica.snapshot();
                    slowReads.execute(() -> pick(request, listed, snapshot, executor, listener));
                }
                case LeaseDirectory.Times.Failed failed ->
                    listener.accept(
                            failed.code() == ErrorCode.LEADER_CHANGED
                                    ? new Answer.NotLeading()
                                    : new Answer.Refused(failed.code().toStatus()));
            }
        });
    }

    private void pick(
            ListLeasesRequest request,
            LeaseDirectory.Times.Listed listed,
            StoreSnapshot snapshot,
            Executor executor,
            Consumer<Answer> listener) {
        LeaseListing listing = listed.listing();
        Token after = Token.of(request.getPageToken());
        if (after != null && after.byTime() && after.term() != listing.term()) {
            // A deadline of another leader's clock says nothing on this one's.
            Answer changed = new Answer.Refused(Status.ABORTED.withDescription(
                    "leasehold: the leader has changed since page_token was given; begin anew"));
            executor.execute(() -> listener.accept(changed));
            return;
        }
        int pageSize = request.getPageSize() == 0 ? PAGE_SIZE_DEFAULT : request.getPageSize();
        List<Integer> page = firstOf(request, listing, after, pageSize + 1, attached(request, snapshot));
        boolean more = page.size() > pageSize;
        List<Integer> shown = more ? page.subList(0, pageSize) : page;
        List<Long> ids = shown.stream().map(listing::id).toList();
        int keysLimit = request.getKeys() ? PAGE_KEYS_MAX : 0;
        replica.leaseDirectory().keys(ids, keysLimit, executor, keys -> {
            switch (keys) {
                case LeaseDirectory.Keys.Found found ->
                    listener.accept(new Answer.Page(page(request, listed, shown, found.leases(), more)));
                case LeaseDirectory.Keys.Failed failed ->
                    listener.accept(new Answer.Refused(failed.code().toStatus()));
            }
        });
    }

    private ListLeasesResponse page(
            ListLeasesRequest request,
            LeaseDirectory.Times.Listed listed,
            List<Integer> positions,
            List<LeaseDirectory.Keys.OfLease> keys,
            boolean more) {
        Map<Long, LeaseDirectory.Keys.OfLease> keysOf = new HashMap<>();
        keys.forEach(lease -> keysOf.put(lease.id(), lease));
        ListLeasesResponse.Builder response =
                ListLeasesResponse.newBuilder().setHeader(headers.message(listed.revision()));
        int keysLeft = PAGE_KEYS_MAX;
        for (int i = 0; i < positions.size(); i++) {
            int at = positions.get(i);
            LeaseDirectory.Keys.OfLease lease = keysOf.get(listed.listing().id(at));
            if (lease == null) {
                // It has ended since.
                continue;
            }
            boolean cut = request.getKeys() && lease.keyCount() > keysLeft;
            if (cut && keysLeft < PAGE_KEYS_MAX) {
                // It comes first on the next page, with all the room there is.
                return response.setNextPageToken(Token.behind(listed.listing(), positions.get(i - 1), request))
                        .build();
            }
            keysLeft -= lease.keys().size();
            response.addLeases(state(listed.listing(), at, lease, cut));
        }
        if (more) {
            response.setNextPageToken(Token.behind(listed.listing(), positions.getLast(), request));
        }
        return response.build();
    }

    private static LeaseState state(LeaseListing listing, int at, LeaseDirectory.Keys.OfLease lease, boolean cut) {
        LeaseState.Builder state = LeaseState.newBuilder()
                .setId(lease.id())
                .setLeftMs(listing.leftMillis(at))
                .setTtlMs(listing.ttlMillis(at))
                .setKeyCount(lease.keyCount())
                .setKeysCut(cut);
        lease.keys().forEach(key -> state.addKeys(UnsafeByteOperations.unsafeWrap(key.asReadOnlyBuffer())));
        return state.build();
    }

    /** The first positions behind the token, in order. */
    private static List<Integer> firstOf(
            ListLeasesRequest request,
            LeaseListing listing,
            @Nullable Token after,
            int limit,
            Optional<Set<Long>> attached) {
        Comparator<Integer> order = Comparator.comparingLong(listing::id);
        if (request.getOrder() == ListLeasesRequest.Order.TIME_LEFT) {
            order = Comparator.<Integer>comparingLong(listing::deadlineNanos).thenComparing(order);
        }
        // The largest of those kept is at the head, and goes when a smaller one comes.
        PriorityQueue<Integer> kept = new PriorityQueue<>(order.reversed());
        for (int at = 0; at < listing.size(); at++) {
            boolean wanted = (after == null || after.isBefore(listing, at))
                    && matches(request, listing, at)
                    && (attached.isEmpty() || attached.get().contains(listing.id(at)));
            if (wanted && (kept.size() < limit || order.compare(at, kept.element()) < 0)) {
                if (kept.size() == limit) {
                    kept.remove();
                }
                kept.add(at);
            }
        }
        List<Integer> sorted = new ArrayList<>(kept);
        sorted.sort(order);
        return sorted;
    }

    private static boolean matches(ListLeasesRequest request, LeaseListing listing, int at) {
        long id = listing.id(at);
        long leftMillis = listing.leftMillis(at);
        return (!request.hasMinId() || id >= request.getMinId())
                && (!request.hasMaxId() || id <= request.getMaxId())
                && leftMillis >= request.getMinLeftMs()
                && (request.getMaxLeftMs() == 0 || leftMillis <= request.getMaxLeftMs());
    }

    /** The leases of the keys with the prefix asked for; empty if none was asked for. */
    private static Optional<Set<Long>> attached(ListLeasesRequest request, StoreSnapshot snapshot) {
        if (request.getKeyPrefix().isEmpty()) {
            return Optional.empty();
        }
        ByteSequence prefix = Requests.bytes(request.getKeyPrefix());
        ByteSequence end = endOf(request.getKeyPrefix());
        Set<Long> ids = new HashSet<>();
        RangeResult slice = snapshot.range(KeyRange.of(prefix, end), 0, SCAN_SLICE_KEYS);
        while (!slice.records().isEmpty()) {
            for (KeyValueRecord record : slice.records()) {
                ids.add(record.leaseId());
            }
            ByteSequence next = slice.records().getLast().key().concat(ZERO);
            slice = snapshot.range(KeyRange.of(next, end), 0, SCAN_SLICE_KEYS);
        }
        return Optional.of(ids);
    }

    /** The least key above all with the prefix; "\0", which means no end, when there is none. */
    private static ByteSequence endOf(ByteString prefix) {
        byte[] end = prefix.toByteArray();
        for (int last = end.length - 1; last >= 0; last--) {
            if (end[last] != (byte) 0xff) {
                end[last]++;
                return ByteSequence.wrap(Arrays.copyOf(end, last + 1));
            }
        }
        return ZERO;
    }

    /** What is wrong with a request, if anything. */
    static Optional<Status> check(ListLeasesRequest request) {
        if (request.getPageSize() < 0 || request.getPageSize() > PAGE_SIZE_MAX) {
            return LeaseRequests.invalid("page_size is " + request.getPageSize() + ", not 0 to " + PAGE_SIZE_MAX);
        }
        if (request.getOrder() == ListLeasesRequest.Order.UNRECOGNIZED) {
            return LeaseRequests.invalid("order " + request.getOrderValue() + " does not exist");
        }
        if (request.getMinLeftMs() < 0 || request.getMaxLeftMs() < 0) {
            return LeaseRequests.invalid("min_left_ms and max_left_ms must not be negative");
        }
        if (!request.getPageToken().isEmpty()) {
            Token token = Token.of(request.getPageToken());
            boolean byTime = request.getOrder() == ListLeasesRequest.Order.TIME_LEFT;
            if (token == null || token.byTime() != byTime) {
                return LeaseRequests.invalid("page_token is not one that was given for this order");
            }
        }
        return Optional.empty();
    }

    /** The last lease of a page: the next page begins behind it. */
    private record Token(boolean byTime, long id, long deadlineNanos, long term) {
        private static final int LENGTH = 1 + 3 * Long.BYTES;
        private static final byte BY_ID = 0;
        private static final byte BY_TIME = 1;

        /** Null if it is none. */
        static @Nullable Token of(ByteString bytes) {
            if (bytes.size() != LENGTH || bytes.byteAt(0) < BY_ID || bytes.byteAt(0) > BY_TIME) {
                return null;
            }
            ByteBuffer in = bytes.asReadOnlyByteBuffer();
            return new Token(in.get() == BY_TIME, in.getLong(), in.getLong(), in.getLong());
        }

        static ByteString behind(LeaseListing listing, int at, ListLeasesRequest request) {
            boolean byTime = request.getOrder() == ListLeasesRequest.Order.TIME_LEFT;
            ByteBuffer out = ByteBuffer.allocate(LENGTH)
                    .put(byTime ? BY_TIME : BY_ID)
                    .putLong(listing.id(at))
                    .putLong(listing.deadlineNanos(at))
                    .putLong(listing.term());
            return ByteString.copyFrom(out.flip());
        }

        boolean isBefore(LeaseListing listing, int at) {
            int byDeadline = byTime ? Long.compare(deadlineNanos, listing.deadlineNanos(at)) : 0;
            return byDeadline != 0 ? byDeadline < 0 : id < listing.id(at);
        }
    }
}
