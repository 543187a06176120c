package io.leasehold.client.internal.lease;

import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.rpc.Endpoint;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Renewals as every etcd server takes them: a message for each lease. */
final class SingleRenewals extends SentRenewals<LeaseKeepAliveRequest, LeaseKeepAliveResponse> {
    /** With a pause of 10 ms between batches, 20,000 a second. */
    private static final int BATCH_LIMIT = 200;

    /** Answers are of some forty bytes. */
    private static final int WINDOW = 1_024;

    /** While more renewals than this are on their way, their answers come one upon another. */
    private static final int MANY = 32;

    /** Short beside the shortest time in which an answer is overdue, long beside the time between two answers. */
    private static final long GATHER_NANOS = 5_000_000L;

    private final AtomicInteger onTheirWay = new AtomicInteger();

    SingleRenewals(Caller caller, Endpoint endpoint, RenewalAnswers answers) {
        super(answers);
        open(caller, endpoint, LeaseGrpc.getLeaseKeepAliveMethod());
    }

    @Override
    public void renew(List<Long> ids) {
        onTheirWay.addAndGet(ids.size());
        for (long id : ids) {
            send(LeaseKeepAliveRequest.newBuilder().setID(id).build());
        }
    }

    @Override
    public int batchLimit() {
        return BATCH_LIMIT;
    }

    @Override
    public int window() {
        return WINDOW;
    }

    @Override
    public long gatherNanos() {
        return onTheirWay.get() > MANY ? GATHER_NANOS : 0;
    }

    @Override
    public void message(LeaseKeepAliveResponse answer) {
        onTheirWay.decrementAndGet();
        if (answer.getTTL() > 0) {
            answers().renewed(answer.getID(), TimeUnit.SECONDS.toNanos(answer.getTTL()));
        } else {
            answers().gone(answer.getID());
        }
    }
}
