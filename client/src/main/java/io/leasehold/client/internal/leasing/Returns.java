package io.leasehold.client.internal.leasing;

import io.leasehold.client.kv.Compare;
import io.leasehold.client.kv.Kv;
import io.leasehold.protocol.ByteSequence;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys that are being given back to all: their leasing keys are deleted. On the client's thread alone. */
final class Returns {
    private static final Logger LOG = LoggerFactory.getLogger(Returns.class);
    private static final long PAUSE_NANOS_MIN = 50_000_000L;
    private static final long PAUSE_NANOS_MAX = 1_000_000_000L;

    private final LeasingCore core;
    private final Kv server;

    /** How many times each key is being given back. */
    private final Map<ByteSequence, Integer> underWay = new HashMap<>();

    Returns(LeasingCore core, Kv server) {
        this.core = core;
        this.server = server;
    }

    /** Whether the key is being given back, so that it must not be acquired. */
    boolean areUnderWay(ByteSequence key) {
        return underWay.containsKey(key);
    }

    /** Deletes the leasing key if the condition holds, trying until that is decided or its lease has ended. */
    void begin(ByteSequence key, long leaseId, Compare condition) {
        underWay.merge(key, 1, Integer::sum);
        attempt(key, leaseId, condition, PAUSE_NANOS_MIN);
    }

    private void attempt(ByteSequence key, long leaseId, Compare condition, long pauseNanos) {
        if (core.isPast(leaseId)) {
            end(key);
            return;
        }
        core.onEnd(server.txn().when(condition).then(core.names().free(key)).commit(), (result, failed) -> {
            if (result != null) {
                core.saw(result.header());
                end(key);
            } else {
                LOG.debug("a key is not given back yet why={}", String.valueOf(failed));
                long next = Math.min(2 * pauseNanos, PAUSE_NANOS_MAX);
                core.timeline().after(pauseNanos, () -> attempt(key, leaseId, condition, next));
            }
        });
    }

    private void end(ByteSequence key) {
        underWay.computeIfPresent(key, (same, times) -> times == 1 ? null : times - 1);
    }
}
