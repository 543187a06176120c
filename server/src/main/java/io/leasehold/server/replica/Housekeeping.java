package io.leasehold.server.replica;

import io.leasehold.mvcc.SegmentRewrite;
import io.leasehold.server.loop.Ticker;
import io.leasehold.statemachine.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the Applier does for the store between its batches, a slice at a time: frees the index of what was compacted, has
 * segments written anew that hold much garbage, and moves the index over to them.
 *
 * <pre>
 *   compaction ─► sweep ─► plan ─► Rewriter copies ─► move ─► plan … nothing left ─► two checkpoints ─► files are gone
 * </pre>
 *
 * <p>Two checkpoints, as each of the two manifests that are kept names the files it needs. Belongs to the Applier's thread.
 */
final class Housekeeping {
    /** Keys swept or moved between two turns: well below a millisecond. */
    private static final int SLICE_KEYS = 2_000;

    private static final Logger LOGGER = LoggerFactory.getLogger(Housekeeping.class);

    private final StateMachine machine;
    private final Rewriter rewriter;
    private final Checkpointer checkpointer;
    private final Ticker ticker;
    private final ReplicaMeasures measures;

    /** To be told when space has been given back; they make it hurry. */
    private final List<Runnable> waiting = new ArrayList<>();

    /** Whether the index is being swept or moved. */
    private boolean slicing;

    /** Whether something may have become worth writing anew. At first, for the last run may have left some. */
    private boolean planDue = true;

    /** Being copied by the Rewriter. */
    private boolean copying;

    private boolean sweeping;
    private long sweepStartNanos;

    Housekeeping(
            StateMachine machine,
            Rewriter rewriter,
            Checkpointer checkpointer,
            Ticker ticker,
            ReplicaMeasures measures) {
        this.ticker = ticker;
        this.measures = measures;
        this.machine = machine;
        this.rewriter = rewriter;
        this.checkpointer = checkpointer;
    }

    /**
     * One slice. Everything has been published.
     *
     * @return whether a publication must follow
     */
    boolean turn() {
        if (planDue && !slicing && !copying && !machine.maintenancePending()) {
            plan();
        }
        if (!machine.maintenancePending()) {
            return false;
        }
        slice();
        planDue |= !slicing;
        return true;
    }

    private void slice() {
        long startNanos = ticker.nanos();
        boolean compacted = machine.isSweeping() && machine.snapshot().compactedRevision() > 0;
        if (compacted && !sweeping) {
            sweepStartNanos = startNanos;
        }
        slicing = machine.maintain(SLICE_KEYS);
        long endNanos = ticker.nanos();
        if (compacted) {
            measures.sweepPauses().note(endNanos - startNanos);
            measures.swept(machine.sweptRecords());
        }
        if (compacted && !machine.isSweeping()) {
            measures.sweeps().note(endNanos - sweepStartNanos);
            LOGGER.atInfo()
                    .addKeyValue("compact-revision", machine.snapshot().compactedRevision())
                    .addKeyValue("took", TimeUnit.NANOSECONDS.toMillis(endNanos - sweepStartNanos) + "ms")
                    .log("finished scheduled compaction");
        }
        sweeping = compacted && machine.isSweeping();
    }

    /** Whether the index is being swept or moved: another turn should follow at once. */
    boolean isSlicing() {
        return slicing;
    }

    /** Gives back what can be given back now, and calls {@code done} afterwards, on any thread. */
    void giveSpaceBack(Runnable done) {
        waiting.add(done);
        planDue = true;
        rewriter.hurry(true);
    }

    /** The Rewriter is done with it. */
    void copied(SegmentRewrite rewrite) {
        copying = false;
        machine.beginMove(rewrite);
        planDue = true;
    }

    /** The Rewriter has given it up. */
    void copyFailed(SegmentRewrite rewrite) {
        copying = false;
        machine.dropRewrite(rewrite);
        planDue = true;
    }

    private void plan() {
        Optional<SegmentRewrite> planned = machine.planRewrite(!waiting.isEmpty());
        if (planned.isPresent()) {
            copying = true;
            rewriter.copy(planned.get());
            return;
        }
        planDue = false;
        if (machine.holdsRetiredFiles()) {
            checkpointer.capture(machine, first -> {});
            List<Runnable> told = List.copyOf(waiting);
            checkpointer.capture(machine, second -> told.forEach(Runnable::run));
        } else {
            waiting.forEach(Runnable::run);
        }
        waiting.clear();
        rewriter.hurry(false);
    }
}
