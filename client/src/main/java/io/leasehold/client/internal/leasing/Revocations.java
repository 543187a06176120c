package io.leasehold.client.internal.leasing;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.internal.time.Timeline;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.kv.Op;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.protocol.ByteSequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks the owners of some keys to give them back, and waits until all have. On the client's thread. */
final class Revocations {
    /** How many keys are asked for at a time. */
    private static final int UNDER_WAY_MAX = 64;

    /** How often it is looked whether the user has given up. */
    private static final long LOOK_NANOS = 50_000_000L;

    private final LeasingCore core;
    private final Kv server;
    private final long deadlineNanos;
    private final BooleanSupplier over;
    private final Consumer<Throwable> failed;
    private final Deque<ByteSequence> toAsk = new ArrayDeque<>();
    private final List<Departures.Wait> waits = new ArrayList<>();
    private int missing;
    private boolean ended;
    private String holders = "";
    private @Nullable Runnable then;
    private Timeline.@Nullable Timer timer;

    Revocations(LeasingCore core, Kv server, long deadlineNanos, BooleanSupplier over, Consumer<Throwable> failed) {
        this.core = core;
        this.server = server;
        this.deadlineNanos = deadlineNanos;
        this.over = over;
        this.failed = failed;
        look();
    }

    /** The operation that asks for a key that somebody owns. */
    static Op ask(LeasingKeys names, ByteSequence key) {
        // The owner's lease stays: when the owner is dead, the key goes with it.
        return Op.put(
                names.of(key),
                LeasingKeys.REVOKE,
                PutOptions.DEFAULT.keepingLease().withPrevious());
    }

    /** Asks for these. */
    void begin(List<ByteSequence> keys) {
        toAsk.addAll(keys);
        missing += keys.size();
        int first = Math.min(UNDER_WAY_MAX, keys.size());
        for (int i = 0; i < first; i++) {
            askNext();
        }
    }

    /** One that was asked for already, with that answer. */
    void await(Departures.Wait departure, ByteSequence key, TxnResult answer) {
        missing++;
        waitFor(departure, key, answer);
    }

    /** Runs this, once, when all have gone; never if the time is over before. */
    void whenAllGone(Runnable next) {
        then = next;
        endIfAllGone();
    }

    private void askNext() {
        ByteSequence key = toAsk.poll();
        if (key == null || ended) {
            return;
        }
        Departures.Wait departure = core.departures().expect(key);
        waits.add(departure);
        core.onEnd(
                server.txn()
                        .when(core.names().unowned(key))
                        .otherwise(ask(core.names(), key))
                        .commit(),
                (answer, failure) -> asked(departure, key, answer, failure));
    }

    private void asked(
            Departures.Wait departure, ByteSequence key, @Nullable TxnResult answer, @Nullable Throwable failure) {
        if (ended) {
            return;
        }
        if (answer == null) {
            end();
            failed.accept(Calls.failure(failure));
        } else if (answer.succeeded()) {
            core.saw(answer.header());
            departure.close();
            gone();
        } else {
            core.saw(answer.header());
            core.statistics().revocationsSent.increment();
            waitFor(departure, key, answer);
        }
    }

    private void waitFor(Departures.Wait departure, ByteSequence key, TxnResult answer) {
        waits.add(departure);
        String holder = answer.put(0)
                .previous()
                .map(KeyValue::leaseId)
                .map(Long::toHexString)
                .orElse("unknown");
        holders = "key " + key + " is owned by a client with lease " + holder;
        departure.after(answer.header().revision(), this::gone);
    }

    private void gone() {
        missing--;
        askNext();
        endIfAllGone();
    }

    private void endIfAllGone() {
        Runnable next = then;
        if (missing == 0 && next != null && !ended) {
            end();
            next.run();
        }
    }

    /** Notices that its user has given up, or that it has waited for long enough. */
    private void look() {
        if (ended) {
            return;
        }
        long leftNanos = deadlineNanos - core.timeline().nanos();
        if (over.getAsBoolean()) {
            end();
        } else if (leftNanos <= 0) {
            end();
            failed.accept(LeaseholdException.local(
                    LeaseholdException.Kind.DEADLINE_EXCEEDED, "waited too long, nothing is changed: " + holders));
        } else {
            timer = core.timeline().after(Math.min(leftNanos, LOOK_NANOS), this::look);
        }
    }

    private void end() {
        ended = true;
        waits.forEach(Departures.Wait::close);
        Timeline.Timer last = timer;
        if (last != null) {
            last.cancel();
        }
    }
}
