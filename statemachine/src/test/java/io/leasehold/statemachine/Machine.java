package io.leasehold.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.lease.Incarnation;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.mvcc.StoreEvent;
import io.leasehold.mvcc.StoreOptions;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A state machine in a test: one entry per command, published at once, at a lease clock that the test moves. */
final class Machine implements AutoCloseable {
    static final Member FIRST = new Member(7, "", List.of("http://a:2380"), List.of(), false);
    static final StateMachineOptions OPTIONS =
            new StateMachineOptions(1, 7, "a", List.of(FIRST), Quota.UNLIMITED, new StoreOptions(4096));

    final StateMachine machine;
    long index;
    long term = 1;
    long nowNanos;
    AppliedBatch batch = new AppliedBatch(List.of(), List.of(), OperationCounts.NONE, List.of(), false, 0);

    private Machine(StateMachine machine) {
        this.machine = machine;
        index = machine.appliedIndex();
        if (machine.appliedTerm() > 0) {
            term = machine.appliedTerm();
        }
    }

    static Machine open(Path directory) throws IOException {
        return open(directory, OPTIONS);
    }

    static Machine open(Path directory, StateMachineOptions options) throws IOException {
        return new Machine(StateMachine.open(directory, options, 0));
    }

    static Machine withSegments(Path directory, int segmentSizeBytes) throws IOException {
        StoreOptions store = new StoreOptions(segmentSizeBytes);
        return open(directory, new StateMachineOptions(1, 7, "a", List.of(FIRST), Quota.UNLIMITED, store));
    }

    static StateMachineOptions withQuota(long limitBytes) {
        return new StateMachineOptions(1, 7, "a", List.of(FIRST), new Quota(limitBytes), new StoreOptions(4096));
    }

    Outcome apply(Command command) {
        return apply(Proposal.of(command));
    }

    Outcome apply(Proposal proposal) {
        Outcome outcome = machine.apply(++index, term, proposal, true, nowNanos);
        batch = machine.publish();
        return outcome;
    }

    long revision() {
        return machine.snapshot().revision();
    }

    Outcome put(String key, String value) {
        return apply(Command.Put.of(b(key), b(value)));
    }

    Outcome put(String key, String value, long leaseId) {
        return apply(Command.Put.of(b(key), b(value), leaseId));
    }

    Outcome delete(String key) {
        return apply(new Command.DeleteRange(KeyRange.single(b(key)), false));
    }

    Outcome delete(String key, String end) {
        return apply(new Command.DeleteRange(range(key, end), true));
    }

    Outcome compact(long revision) {
        return apply(new Command.Compact(revision, false));
    }

    void grant(long id) {
        assertThat(apply(new Command.LeaseGrant(id, 60))).isInstanceOf(Outcome.Granted.class);
    }

    Outcome expire(long... ids) {
        List<Incarnation> leases = Arrays.stream(ids)
                .mapToObj(id -> new Incarnation(
                        id, machine.leases().lease(id).orElseThrow().grantIndex()))
                .toList();
        return apply(new Command.LeaseExpire(term, leases));
    }

    Outcome.Ranged read(Command.Range range) {
        return (Outcome.Ranged) RangeEvaluator.evaluate(machine.snapshot(), range);
    }

    Outcome.Ranged all() {
        return read(Command.Range.of(KeyRange.ALL));
    }

    /** The live keys with their values, {@code key=value}. */
    List<String> content() {
        return all().records().stream().map(Machine::text).toList();
    }

    KeyValueRecord record(String key) {
        return machine.snapshot().get(b(key)).orElseThrow();
    }

    /** The last batch's events: {@code key=value} or {@code -key}. */
    List<String> events() {
        return batch.events().stream().map(Machine::text).toList();
    }

    CheckpointMark checkpoint() throws IOException {
        return machine.beginCheckpoint().complete();
    }

    @Override
    public void close() throws IOException {
        machine.close();
    }

    static String text(StoreEvent event) {
        return event.isDelete() ? "-" + event.record().key().toUtf8() : text(event.record());
    }

    static String text(KeyValueRecord record) {
        return record.key().toUtf8() + "=" + record.value().toUtf8();
    }

    static List<String> keys(List<KeyValueRecord> records) {
        return records.stream().map(record -> record.key().toUtf8()).toList();
    }

    static ByteSequence b(String text) {
        return ByteSequence.utf8(text);
    }

    static KeyRange key(String key) {
        return KeyRange.single(b(key));
    }

    static KeyRange range(String key, String end) {
        return KeyRange.of(b(key), b(end));
    }

    static Outcome.Refused refused(ErrorCode code) {
        return new Outcome.Refused(code);
    }
}
