package io.leasehold.client.internal.lease;

import io.grpc.Status;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.rpc.Endpoint;
import io.leasehold.client.internal.rpc.OpenStream;
import io.leasehold.client.internal.rpc.StreamSink;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Renewals as every etcd server takes them: a message for each lease. */
final class SingleRenewals implements RenewalStream, StreamSink<LeaseKeepAliveResponse> {
    /** With a pause of 10 ms between batches, 20,000 a second. */
    private static final int BATCH_LIMIT = 200;

    private final RenewalAnswers answers;
    private final OpenStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse> stream;

    SingleRenewals(Caller caller, Endpoint endpoint, RenewalAnswers answers) {
        this.answers = answers;
        this.stream = caller.openAt(endpoint, LeaseGrpc.getLeaseKeepAliveMethod(), this);
    }

    @Override
    public void renew(List<Long> ids) {
        for (long id : ids) {
            stream.send(LeaseKeepAliveRequest.newBuilder().setID(id).build());
        }
    }

    @Override
    public boolean isReady() {
        return stream.isReady();
    }

    @Override
    public Endpoint endpoint() {
        return stream.endpoint();
    }

    @Override
    public void close(String why) {
        stream.close(why);
    }

    @Override
    public int batchLimit() {
        return BATCH_LIMIT;
    }

    @Override
    public void message(LeaseKeepAliveResponse answer) {
        if (answer.getTTL() > 0) {
            answers.renewed(answer.getID(), TimeUnit.SECONDS.toNanos(answer.getTTL()));
        } else {
            answers.gone(answer.getID());
        }
    }

    @Override
    public void ready() {
        answers.ready();
    }

    @Override
    public void ended(Status status) {
        answers.ended(status);
    }
}
