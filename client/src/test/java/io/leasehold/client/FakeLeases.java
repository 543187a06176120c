package io.leasehold.client;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrantResponse;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeResponse;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/** Leases on a server of the test's own, with etcd's rules: leases end by the test's clock, the minimum TTL is 2 s. */
final class FakeLeases extends LeaseGrpc.LeaseImplBase {
    private static final long SECOND = 1_000_000_000L;

    /** A renewal that came in. */
    record Asked(long atNanos, long leaseId) {}

    private final VirtualTimeline time;
    final Map<Long, Long> ttlSeconds = new HashMap<>();
    final Map<Long, Long> deadlineNanos = new HashMap<>();
    final List<Asked> asked = new ArrayList<>();
    final List<StreamObserver<LeaseKeepAliveResponse>> open = new ArrayList<>();
    final Set<Long> denied = new HashSet<>();
    int streams;
    int grants;
    long ttlSecondsMin = 2;
    boolean losesRevokeAnswers;
    boolean silent;
    long answersAfterMillis;
    boolean refuseStreams;
    int failGrantsAfterApplying;

    /** Told of each lease that is revoked: its keys go with it. */
    LongConsumer onRevoked = id -> {};

    FakeLeases(VirtualTimeline time) {
        this.time = time;
    }

    boolean isAlive(long id) {
        Long deadline = deadlineNanos.get(id);
        return deadline != null && time.nanos() - deadline < 0;
    }

    long add(long id, long seconds) {
        ttlSeconds.put(id, seconds);
        deadlineNanos.put(id, time.nanos() + seconds * SECOND);
        return id;
    }

    void remove(long id) {
        deadlineNanos.remove(id);
        ttlSeconds.remove(id);
    }

    long askedFor(long id) {
        return asked.stream().filter(renewal -> renewal.leaseId() == id).count();
    }

    /** Ends every stream with this status; OK ends it in good order. */
    void endStreams(Status status) {
        List<StreamObserver<LeaseKeepAliveResponse>> all = List.copyOf(open);
        open.clear();
        for (StreamObserver<LeaseKeepAliveResponse> stream : all) {
            if (status.isOk()) {
                stream.onCompleted();
            } else {
                stream.onError(status.asRuntimeException());
            }
        }
    }

    /** Answers on every stream, whether or not it was asked. */
    void answer(long id, long ttl) {
        open.forEach(stream -> stream.onNext(
                LeaseKeepAliveResponse.newBuilder().setID(id).setTTL(ttl).build()));
    }

    @Override
    public void leaseGrant(LeaseGrantRequest request, StreamObserver<LeaseGrantResponse> answer) {
        grants++;
        long id = request.getID();
        if (isAlive(id)) {
            answer.onError(ErrorCode.LEASE_EXISTS.toStatus().asRuntimeException());
            return;
        }
        long seconds = Math.max(request.getTTL(), ttlSecondsMin);
        add(id, seconds);
        if (failGrantsAfterApplying > 0) {
            failGrantsAfterApplying--;
            answer.onError(Status.UNAVAILABLE.withDescription("cut").asRuntimeException());
            return;
        }
        answer.onNext(LeaseGrantResponse.newBuilder().setID(id).setTTL(seconds).build());
        answer.onCompleted();
    }

    @Override
    public void leaseRevoke(LeaseRevokeRequest request, StreamObserver<LeaseRevokeResponse> answer) {
        if (!isAlive(request.getID())) {
            answer.onError(ErrorCode.LEASE_NOT_FOUND.toStatus().asRuntimeException());
            return;
        }
        remove(request.getID());
        onRevoked.accept(request.getID());
        if (losesRevokeAnswers) {
            return;
        }
        answer.onNext(LeaseRevokeResponse.getDefaultInstance());
        answer.onCompleted();
    }

    @Override
    public void leaseTimeToLive(LeaseTimeToLiveRequest request, StreamObserver<LeaseTimeToLiveResponse> answer) {
        LeaseTimeToLiveResponse.Builder left =
                LeaseTimeToLiveResponse.newBuilder().setID(request.getID()).setTTL(-1);
        if (isAlive(request.getID())) {
            long nanos = deadlineNanos.getOrDefault(request.getID(), 0L) - time.nanos();
            left.setTTL(nanos / SECOND).setGrantedTTL(ttlSeconds.getOrDefault(request.getID(), 0L));
        }
        answer.onNext(left.build());
        answer.onCompleted();
    }

    @Override
    public StreamObserver<LeaseKeepAliveRequest> leaseKeepAlive(StreamObserver<LeaseKeepAliveResponse> answers) {
        streams++;
        if (refuseStreams) {
            answers.onError(Status.UNAVAILABLE.withDescription("down").asRuntimeException());
            return new Renewals(answers, true);
        }
        open.add(answers);
        return new Renewals(answers, false);
    }

    private final class Renewals implements StreamObserver<LeaseKeepAliveRequest> {
        private final StreamObserver<LeaseKeepAliveResponse> answers;
        private boolean over;

        Renewals(StreamObserver<LeaseKeepAliveResponse> answers, boolean over) {
            this.answers = answers;
            this.over = over;
        }

        @Override
        public void onNext(LeaseKeepAliveRequest request) {
            if (over) {
                return;
            }
            long id = request.getID();
            asked.add(new Asked(time.nanos(), id));
            if (denied.contains(id)) {
                over = true;
                open.remove(answers);
                answers.onError(ErrorCode.PERMISSION_DENIED.toStatus().asRuntimeException());
                return;
            }
            if (silent) {
                return;
            }
            long ttl = isAlive(id) ? ttlSeconds.getOrDefault(id, 0L) : 0;
            if (ttl > 0) {
                deadlineNanos.put(id, time.nanos() + ttl * SECOND);
            }
            LeaseKeepAliveResponse answer =
                    LeaseKeepAliveResponse.newBuilder().setID(id).setTTL(ttl).build();
            if (answersAfterMillis == 0) {
                answers.onNext(answer);
            } else {
                time.after(answersAfterMillis * 1_000_000, () -> {
                    if (open.contains(answers)) {
                        answers.onNext(answer);
                    }
                });
            }
        }

        @Override
        public void onError(Throwable cancelled) {
            open.remove(answers);
        }

        @Override
        public void onCompleted() {
            open.remove(answers);
            answers.onCompleted();
        }
    }
}
