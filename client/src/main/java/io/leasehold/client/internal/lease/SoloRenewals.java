package io.leasehold.client.internal.lease;

import io.grpc.Status;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.rpc.Failures;
import io.leasehold.client.lease.LossReason;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Renewals on streams of their own, for finding the lease because of which the server ended the common one. On the
 * client's thread.
 */
final class SoloRenewals {
    private static final int AT_A_TIME_MAX = 16;

    private final KeepAliveEngine engine;
    private final RenewalLine line;
    private final Caller caller;
    private final Map<KeptLease, RenewalStream> running = new HashMap<>();
    private final Set<KeptLease> waiting = new LinkedHashSet<>();

    SoloRenewals(KeepAliveEngine engine, RenewalLine line, Caller caller) {
        this.engine = engine;
        this.line = line;
        this.caller = caller;
    }

    boolean has(KeptLease lease) {
        return running.containsKey(lease) || waiting.contains(lease);
    }

    void add(KeptLease lease) {
        waiting.add(lease);
        next();
    }

    /** It goes with the others again. */
    void drop(KeptLease lease) {
        RenewalStream stream = running.remove(lease);
        if (stream != null) {
            stream.close("given up");
            next();
        }
        waiting.remove(lease);
    }

    private void next() {
        while (!waiting.isEmpty() && running.size() < AT_A_TIME_MAX) {
            KeptLease lease = waiting.iterator().next();
            waiting.remove(lease);
            if (lease.isOver()) {
                continue;
            }
            lease.outstanding = true;
            lease.sentAtNanos = caller.timeline().nanos();
            engine.place(lease);
            RenewalStream stream = new SingleRenewals(caller, caller.pick(null), new Answer(lease));
            running.put(lease, stream);
            stream.renew(List.of(lease.id));
        }
    }

    private final class Answer implements RenewalAnswers {
        private final KeptLease lease;

        Answer(KeptLease lease) {
            this.lease = lease;
        }

        @Override
        public void renewed(long leaseId, long ttlNanos) {
            finish();
            if (!lease.isOver()) {
                line.renewed(leaseId, ttlNanos);
            }
        }

        @Override
        public void gone(long leaseId) {
            finish();
            if (!lease.isOver()) {
                line.gone(leaseId);
            }
        }

        @Override
        public void failed(long leaseId, Status status) {
            ended(status);
        }

        @Override
        public void ready() {}

        @Override
        public void ended(Status status) {
            finish();
            if (lease.isOver()) {
                return;
            }
            if (RenewalLine.isRefusal(status)) {
                var error = Failures.exception(status, false, "keepalive");
                lease.outstanding = false;
                lease.handles.forEach(handle -> handle.error(error));
                engine.lose(lease, LossReason.REFUSED);
            } else {
                engine.retryLater(lease, caller.timeline().nanos());
            }
        }

        private void finish() {
            RenewalStream stream = running.remove(lease);
            if (stream != null) {
                stream.close("answered");
            }
            next();
        }
    }
}
