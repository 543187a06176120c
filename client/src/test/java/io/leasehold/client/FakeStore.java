package io.leasehold.client;

import com.google.protobuf.ByteString;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.Compare;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.DeleteRangeResponse;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import io.leasehold.protocol.etcdserverpb.ResponseOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.etcdserverpb.TxnResponse;
import io.leasehold.protocol.mvccpb.Event;
import io.leasehold.protocol.mvccpb.KeyValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A store with history on the test's thread: what the recipes need of etcd, in the plainest form. */
final class FakeStore extends KVGrpc.KVImplBase {
    private static final Comparator<ByteString> ORDER = ByteString.unsignedLexicographicalComparator();

    private final FakeLeases leases;
    private final NavigableMap<Long, NavigableMap<ByteString, KeyValue>> states = new TreeMap<>();
    final NavigableMap<Long, List<Event>> history = new TreeMap<>();
    final FakeEvents events = new FakeEvents(this);
    final Deque<Status> failures = new ArrayDeque<>();
    final Deque<Status> failuresAfterApplying = new ArrayDeque<>();
    private final List<Runnable> beforeNextTxn = new ArrayList<>();
    long revision = 1;
    long compacted;
    int ranges;
    int txns;

    FakeStore(FakeLeases leases) {
        this.leases = leases;
        leases.onRevoked = this::expire;
        states.put(1L, new TreeMap<>(ORDER));
    }

    BindableService[] services() {
        return new BindableService[] {this, events, leases};
    }

    // ---- for tests

    void put(String key, String value) {
        put(PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build());
    }

    void delete(String key) {
        change(List.of(event(Event.EventType.DELETE, ByteString.copyFromUtf8(key))));
    }

    /** The lease ends, with all its keys. */
    void expire(long leaseId) {
        leases.remove(leaseId);
        change(state().values().stream()
                .filter(entry -> entry.getLease() == leaseId)
                .map(entry -> event(Event.EventType.DELETE, entry.getKey()))
                .toList());
    }

    void compact() {
        compacted = revision;
        history.headMap(revision, false).clear();
    }

    List<String> keys() {
        return state().keySet().stream().map(ByteString::toStringUtf8).toList();
    }

    String value(String key) {
        return entry(key).getValue().toStringUtf8();
    }

    KeyValue entry(String key) {
        return state().getOrDefault(ByteString.copyFromUtf8(key), KeyValue.getDefaultInstance());
    }

    /** Happens just before the next transaction is done. */
    void beforeNextTxn(Runnable action) {
        beforeNextTxn.add(action);
    }

    // ---- the service

    private NavigableMap<ByteString, KeyValue> state() {
        return states.lastEntry().getValue();
    }

    private ResponseHeader header() {
        return ResponseHeader.newBuilder().setRevision(revision).build();
    }

    @Override
    public void range(RangeRequest request, StreamObserver<RangeResponse> answer) {
        if (!failed(failures, answer)) {
            if (request.getRevision() > 0 && request.getRevision() < compacted) {
                answer.onError(ErrorCode.COMPACTED.toStatus().asRuntimeException());
                return;
            }
            answer.onNext(range(request));
            answer.onCompleted();
        }
    }

    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> answer) {
        if (!failed(failures, answer)) {
            answer.onNext(put(request));
            answer.onCompleted();
        }
    }

    @Override
    public void deleteRange(DeleteRangeRequest request, StreamObserver<DeleteRangeResponse> answer) {
        if (!failed(failures, answer)) {
            List<Event> gone = deletions(request);
            change(gone);
            answer.onNext(DeleteRangeResponse.newBuilder()
                    .setHeader(header())
                    .setDeleted(gone.size())
                    .build());
            answer.onCompleted();
        }
    }

    @Override
    public void txn(TxnRequest request, StreamObserver<TxnResponse> answer) {
        List<Runnable> before = List.copyOf(beforeNextTxn);
        beforeNextTxn.clear();
        before.forEach(Runnable::run);
        if (failed(failures, answer)) {
            return;
        }
        txns++;
        for (RequestOp op : request.getSuccessList()) {
            if (op.hasRequestPut()
                    && op.getRequestPut().getLease() != 0
                    && !leases.isAlive(op.getRequestPut().getLease())) {
                answer.onError(ErrorCode.LEASE_NOT_FOUND.toStatus().asRuntimeException());
                return;
            }
        }
        List<Event> changes = new ArrayList<>();
        Branches branches = new Branches();
        choose(request, branches, changes);
        change(changes);
        if (failed(failuresAfterApplying, answer)) {
            return;
        }
        answer.onNext(answerTo(request, branches));
        answer.onCompleted();
    }

    /** Which branch each transaction takes, before anything is changed. */
    private static final class Branches {
        private final IdentityHashMap<TxnRequest, Boolean> success = new IdentityHashMap<>();
    }

    private void choose(TxnRequest request, Branches branches, List<Event> changes) {
        boolean holds = request.getCompareList().stream().allMatch(this::holds);
        branches.success.put(request, holds);
        (holds ? request.getSuccessList() : request.getFailureList()).forEach(op -> {
            if (op.hasRequestPut()) {
                changes.add(asEvent(op.getRequestPut()));
            } else if (op.hasRequestDeleteRange()) {
                changes.addAll(deletions(op.getRequestDeleteRange()));
            } else if (op.hasRequestTxn()) {
                choose(op.getRequestTxn(), branches, changes);
            }
        });
    }

    private TxnResponse answerTo(TxnRequest request, Branches branches) {
        boolean holds = Boolean.TRUE.equals(branches.success.get(request));
        List<RequestOp> ops = holds ? request.getSuccessList() : request.getFailureList();
        TxnResponse.Builder response =
                TxnResponse.newBuilder().setHeader(header()).setSucceeded(holds);
        ops.forEach(op -> response.addResponses(answerTo(op, branches)));
        return response.build();
    }

    private ResponseOp answerTo(RequestOp op, Branches branches) {
        ResponseOp.Builder answer = ResponseOp.newBuilder();
        if (op.hasRequestTxn()) {
            return answer.setResponseTxn(answerTo(op.getRequestTxn(), branches)).build();
        }
        if (op.hasRequestRange()) {
            return answer.setResponseRange(range(op.getRequestRange())).build();
        }
        return op.hasRequestPut()
                ? answer.setResponsePut(PutResponse.newBuilder().setHeader(header()))
                        .build()
                : answer.setResponseDeleteRange(DeleteRangeResponse.newBuilder().setHeader(header()))
                        .build();
    }

    private boolean holds(Compare compare) {
        KeyValue entry = state().getOrDefault(compare.getKey(), KeyValue.getDefaultInstance());
        return switch (compare.getTarget()) {
            case VERSION -> holds(compare, entry.getVersion(), compare.getVersion());
            case CREATE -> holds(compare, entry.getCreateRevision(), compare.getCreateRevision());
            case MOD -> holds(compare, entry.getModRevision(), compare.getModRevision());
            case LEASE -> holds(compare, entry.getLease(), compare.getLease());
            default -> throw new IllegalStateException("not needed: " + compare.getTarget());
        };
    }

    private static boolean holds(Compare compare, long seen, long given) {
        return switch (compare.getResult()) {
            case EQUAL -> seen == given;
            case GREATER -> seen > given;
            case LESS -> seen < given;
            case NOT_EQUAL -> seen != given;
            case UNRECOGNIZED -> throw new IllegalStateException();
        };
    }

    private PutResponse put(PutRequest request) {
        change(List.of(asEvent(request)));
        return PutResponse.newBuilder().setHeader(header()).build();
    }

    private static Event asEvent(PutRequest request) {
        return Event.newBuilder()
                .setType(Event.EventType.PUT)
                .setKv(KeyValue.newBuilder()
                        .setKey(request.getKey())
                        .setValue(request.getValue())
                        .setLease(request.getLease()))
                .build();
    }

    private static Event event(Event.EventType type, ByteString key) {
        return Event.newBuilder()
                .setType(type)
                .setKv(KeyValue.newBuilder().setKey(key))
                .build();
    }

    private List<Event> deletions(DeleteRangeRequest request) {
        return within(request.getKey(), request.getRangeEnd(), state())
                .map(entry -> event(Event.EventType.DELETE, entry.getKey()))
                .toList();
    }

    private void change(List<Event> changes) {
        NavigableMap<ByteString, KeyValue> after = new TreeMap<>(ORDER);
        after.putAll(state());
        List<Event> done = new ArrayList<>();
        long next = revision + 1;
        for (Event event : changes) {
            ByteString key = event.getKv().getKey();
            KeyValue before = after.get(key);
            KeyValue.Builder entry = event.getKv().toBuilder().setModRevision(next);
            if (event.getType() == Event.EventType.DELETE) {
                if (after.remove(key) == null) {
                    continue;
                }
            } else {
                entry.setCreateRevision(before == null ? next : before.getCreateRevision())
                        .setVersion(before == null ? 1 : before.getVersion() + 1);
                after.put(key, entry.build());
            }
            done.add(event.toBuilder().setKv(entry).build());
        }
        if (!done.isEmpty()) {
            revision = next;
            states.put(next, after);
            history.put(next, done);
            events.tell(next, done);
        }
    }

    private RangeResponse range(RangeRequest request) {
        ranges++;
        NavigableMap<ByteString, KeyValue> at = request.getRevision() > 0
                ? states.floorEntry(request.getRevision()).getValue()
                : state();
        List<KeyValue> all = within(request.getKey(), request.getRangeEnd(), at).toList();
        List<KeyValue> found = new ArrayList<>(all.stream()
                .filter(entry -> request.getMaxCreateRevision() == 0
                        || entry.getCreateRevision() <= request.getMaxCreateRevision())
                .toList());
        Comparator<KeyValue> order =
                switch (request.getSortTarget()) {
                    case CREATE -> Comparator.comparingLong(KeyValue::getCreateRevision);
                    case MOD -> Comparator.comparingLong(KeyValue::getModRevision);
                    default -> Comparator.comparing(KeyValue::getKey, ORDER);
                };
        found.sort(request.getSortOrder() == RangeRequest.SortOrder.DESCEND ? order.reversed() : order);
        boolean more = request.getLimit() > 0 && found.size() > request.getLimit();
        return RangeResponse.newBuilder()
                .setHeader(header())
                .addAllKvs(more ? found.subList(0, (int) request.getLimit()) : found)
                .setMore(more)
                .setCount(all.size())
                .build();
    }

    private static Stream<KeyValue> within(ByteString from, ByteString end, NavigableMap<ByteString, KeyValue> state) {
        return state.values().stream().filter(entry -> contains(from, end, entry.getKey()));
    }

    static boolean contains(ByteString from, ByteString end, ByteString key) {
        if (end.isEmpty()) {
            return key.equals(from);
        }
        boolean openEnded = end.size() == 1 && end.byteAt(0) == 0;
        return ORDER.compare(from, key) <= 0 && (openEnded || ORDER.compare(key, end) < 0);
    }

    private static boolean failed(Deque<Status> from, StreamObserver<?> answer) {
        Status failure = from.poll();
        if (failure != null) {
            answer.onError(failure.asRuntimeException());
        }
        return failure != null;
    }
}
