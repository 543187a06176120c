package io.leasehold.client.internal.lease;

import io.grpc.Status;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.rpc.Endpoint;
import io.leasehold.protocol.leasehold.v1.KeepAliveRequest;
import io.leasehold.protocol.leasehold.v1.KeepAliveResponse;
import io.leasehold.protocol.leasehold.v1.KeepAliveResult;
import io.leasehold.protocol.leasehold.v1.LeaseGrpc;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Renewals as Leasehold takes them: up to a thousand in a message. Another server answers UNIMPLEMENTED. */
final class BatchedRenewals extends SentRenewals<KeepAliveRequest, KeepAliveResponse> {
    /** What the service takes in a message. */
    private static final int IDS_PER_MESSAGE_MAX = 1_000;

    private static final int BATCH_LIMIT = 2 * IDS_PER_MESSAGE_MAX;

    BatchedRenewals(Caller caller, Endpoint endpoint, RenewalAnswers answers) {
        super(answers);
        open(caller, endpoint, LeaseGrpc.getKeepAliveMethod());
    }

    @Override
    public void renew(List<Long> ids) {
        for (int from = 0; from < ids.size(); from += IDS_PER_MESSAGE_MAX) {
            int to = Math.min(from + IDS_PER_MESSAGE_MAX, ids.size());
            send(KeepAliveRequest.newBuilder().addAllIds(ids.subList(from, to)).build());
        }
    }

    @Override
    public int batchLimit() {
        return BATCH_LIMIT;
    }

    @Override
    public void message(KeepAliveResponse answer) {
        for (KeepAliveResult result : answer.getResultsList()) {
            if (result.hasError()) {
                answers()
                        .failed(
                                result.getId(),
                                Status.fromCodeValue(result.getError().getCode())
                                        .withDescription(result.getError().getMessage()));
            } else if (result.getLost() || result.getLeftMs() <= 0) {
                answers().gone(result.getId());
            } else {
                answers().renewed(result.getId(), TimeUnit.MILLISECONDS.toNanos(result.getLeftMs()));
            }
        }
    }
}
