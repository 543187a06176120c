package io.leasehold.statemachine;

import io.leasehold.lease.Incarnation;
import io.leasehold.lease.Remaining;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the state machine does, in the plainest form: a map of live keys, a copy of it for every revision, and outcomes
 * as texts ({@link OutcomeText}). Knows no members, quota or time.
 */
final class NaiveState {
    record Key(String key, String value, long create, long mod, long version, long lease) {
        @Override
        public String toString() {
            return key + "=" + value + "@" + create + "/" + mod + "/" + version + "/" + lease;
        }
    }

    record Lease(long ttlMillis, long grantIndex, String anchor) {}

    private static final class Refusal extends Exception {
        @Serial
        private static final long serialVersionUID = 1L;

        private final ErrorCode code;

        Refusal(ErrorCode code) {
            this.code = code;
        }
    }

    TreeMap<String, Key> keys = new TreeMap<>();
    final TreeMap<Long, Lease> leases = new TreeMap<>();
    final TreeSet<String> alarms = new TreeSet<>();
    long revision = 1;
    long compacted = -1;
    List<String> events = new ArrayList<>();
    private final Map<Long, TreeMap<String, Key>> history = new HashMap<>(Map.of(1L, new TreeMap<>()));
    private boolean changed;

    String apply(long index, long term, Command command) {
        events = new ArrayList<>();
        changed = false;
        try {
            checkAlarms(command);
            return run(index, term, command);
        } catch (Refusal e) {
            return "refused " + e.code;
        }
    }

    private void checkAlarms(Command command) throws Refusal {
        boolean data = command instanceof Command.Put
                || command instanceof Command.DeleteRange
                || command instanceof Command.Txn
                || command instanceof Command.Compact
                || command instanceof Command.LeaseGrant
                || command instanceof Command.LeasedTxn
                || command instanceof Command.LeaseRevoke
                || command instanceof Command.LeaseExpire;
        boolean adds = command instanceof Command.Put
                || command instanceof Command.LeaseGrant
                || (command instanceof Command.LeasedTxn leased
                        && (puts(leased.txn()) || !leased.grants().isEmpty()))
                || (command instanceof Command.Txn txn && puts(txn));
        if (data && alarms.contains("CORRUPT")) {
            throw new Refusal(ErrorCode.CORRUPT);
        }
        if (adds && alarms.contains("NOSPACE")) {
            throw new Refusal(ErrorCode.NO_SPACE);
        }
    }

    private static boolean puts(Command.Txn txn) {
        List<Command.Op> ops = new ArrayList<>(txn.success());
        ops.addAll(txn.failure());
        return ops.stream().anyMatch(op -> op instanceof Command.Put || (op instanceof Command.Txn in && puts(in)));
    }

    private String run(long index, long term, Command command) throws Refusal {
        return switch (command) {
            case Command.Put put -> {
                checkLease(put);
                checkKey(put);
                String previous = put(put);
                finish();
                yield "written " + revision + " " + previous;
            }
            case Command.DeleteRange delete -> {
                String deleted = delete(delete);
                finish();
                yield "deleted " + revision + " " + deleted;
            }
            case Command.Txn txn -> txn(txn);
            case Command.Compact compact -> compact(compact.revision());
            case Command.LeaseGrant grant -> {
                if (leases.containsKey(grant.id())) {
                    throw new Refusal(ErrorCode.LEASE_EXISTS);
                }
                String anchor = "GRANT " + grant.ttlSeconds() * 1000;
                leases.put(grant.id(), new Lease(grant.ttlSeconds() * 1000, index, anchor));
                yield "granted " + revision + " " + grant.id() + " " + grant.ttlSeconds();
            }
            case Command.LeasedTxn leased -> leasedTxn(index, leased);
            case Command.LeaseRevoke revoke -> {
                if (!leases.containsKey(revoke.id())) {
                    throw new Refusal(ErrorCode.LEASE_NOT_FOUND);
                }
                end(revoke.id());
                yield "revoked " + revision;
            }
            case Command.LeaseExpire expire -> {
                for (Incarnation lease : ofTerm(expire.term() == term, expire.leases())) {
                    if (is(lease.id(), lease.grantIndex())) {
                        end(lease.id());
                    }
                }
                yield noted(expire.term() == term);
            }
            case Command.LeaseClear clear -> {
                for (Incarnation lease : ofTerm(clear.term() == term, clear.leases())) {
                    if (is(lease.id(), lease.grantIndex())) {
                        leases.computeIfPresent(lease.id(), (id, old) -> anchored(old, cleared(old.anchor())));
                    }
                }
                yield noted(clear.term() == term);
            }
            case Command.LeaseCheckpoint checkpoint -> {
                for (Remaining lease : ofTerm(checkpoint.term() == term, checkpoint.leases())) {
                    if (is(lease.id(), lease.grantIndex())) {
                        String anchor = "CHECKPOINT " + lease.leftMillis();
                        leases.computeIfPresent(lease.id(), (id, old) -> anchored(old, anchor));
                    }
                }
                yield noted(checkpoint.term() == term);
            }
            case Command.LeaderMarker marker -> {
                if (marker.term() == term) {
                    leases.replaceAll((id, old) ->
                            old.anchor().endsWith("cleared") ? anchored(old, "MARKER " + old.ttlMillis()) : old);
                }
                yield noted(marker.term() == term);
            }
            case Command.Alarm alarm -> alarm(alarm);
            case AuthCommand auth -> throw new IllegalStateException("the model knows no users");
            case MemberCommand member -> throw new IllegalStateException("the model knows no members");
            case Command.PublishMember publish -> noted(true);
        };
    }

    private String noted(boolean ofThisTerm) {
        return (ofThisTerm ? "noted " : "fenced ") + revision;
    }

    private static <T> List<T> ofTerm(boolean ofThisTerm, List<T> leases) {
        return ofThisTerm ? leases : List.of();
    }

    private boolean is(long id, long grantIndex) {
        Lease lease = leases.get(id);
        return lease != null && lease.grantIndex() == grantIndex;
    }

    private static Lease anchored(Lease lease, String anchor) {
        return new Lease(lease.ttlMillis(), lease.grantIndex(), anchor);
    }

    private static String cleared(String anchor) {
        return anchor.endsWith("cleared") ? anchor : anchor + " cleared";
    }

    private String alarm(Command.Alarm alarm) {
        String type = alarm.type().name();
        if (alarm.type() == AlarmType.NONE) {
            return "alarms " + revision + " 0";
        }
        boolean answered =
                switch (alarm.action()) {
                    case GET -> alarms.contains(type);
                    case ACTIVATE -> {
                        alarms.add(type);
                        yield true;
                    }
                    case DEACTIVATE -> alarms.remove(type);
                };
        return "alarms " + revision + " " + (answered ? 1 : 0);
    }

    private String compact(long at) throws Refusal {
        if (at <= compacted) {
            throw new Refusal(ErrorCode.COMPACTED);
        }
        if (at > revision) {
            throw new Refusal(ErrorCode.FUTURE_REVISION);
        }
        compacted = at;
        return "compacted " + revision;
    }

    private void end(long id) {
        leases.remove(id);
        for (Key key : List.copyOf(keys.values())) {
            if (key.lease() == id) {
                remove(key);
            }
        }
        finish();
    }

    private void finish() {
        if (changed) {
            revision++;
            history.put(revision, new TreeMap<>(keys));
            changed = false;
        }
    }

    private String txn(Command.Txn txn) throws Refusal {
        TreeMap<String, Key> before = new TreeMap<>(keys);
        check(txn, before);
        String results = results(txn, before);
        finish();
        return "txn " + revision + " " + results;
    }

    private String leasedTxn(long index, Command.LeasedTxn leased) throws Refusal {
        boolean succeeds = holds(leased.txn(), new TreeMap<>(keys));
        List<Command.TxnGrant> grants = leased.grants().stream()
                .filter(grant -> grant.branch() == Command.GrantBranch.EITHER
                        || (grant.branch() == Command.GrantBranch.SUCCESS) == succeeds)
                .toList();
        TreeMap<Long, Lease> leasesBefore = new TreeMap<>(leases);
        try {
            for (Command.TxnGrant grant : grants) {
                Lease granted = new Lease(grant.ttlMillis(), index, "GRANT " + grant.ttlMillis());
                if (leases.putIfAbsent(grant.id(), granted) != null) {
                    throw new Refusal(ErrorCode.LEASE_EXISTS);
                }
            }
            return "leased " + grants + " " + txn(leased.txn());
        } catch (Refusal refused) {
            leases.clear();
            leases.putAll(leasesBefore);
            throw refused;
        }
    }

    private List<Command.Op> branch(Command.Txn txn, SortedMap<String, Key> before) {
        return holds(txn, before) ? txn.success() : txn.failure();
    }

    private static boolean holds(Command.Txn txn, SortedMap<String, Key> before) {
        return txn.compares().stream().allMatch(compare -> holds(compare, before));
    }

    private void check(Command.Txn txn, SortedMap<String, Key> before) throws Refusal {
        for (Command.Op op : branch(txn, before)) {
            switch (op) {
                case Command.Put put -> {
                    checkKey(put);
                    checkLease(put);
                }
                case Command.Txn inner -> check(inner, before);
                case Command.DeleteRange delete -> {}
                case Command.Range range -> {
                    if (range.revision() > revision) {
                        throw new Refusal(ErrorCode.FUTURE_REVISION);
                    }
                    if (range.revision() != 0 && range.revision() < (compacted == 0 ? -1 : compacted)) {
                        throw new Refusal(ErrorCode.COMPACTED);
                    }
                }
            }
        }
    }

    private String results(Command.Txn txn, SortedMap<String, Key> before) {
        StringBuilder results = new StringBuilder(holds(txn, before) + "[");
        for (Command.Op op : branch(txn, before)) {
            String result =
                    switch (op) {
                        case Command.Put put -> {
                            String previous = put(put);
                            yield "written " + header() + " " + previous;
                        }
                        case Command.DeleteRange delete -> {
                            String deleted = delete(delete);
                            yield "deleted " + header() + " " + deleted;
                        }
                        case Command.Range range -> "ranged " + header() + " " + read(range);
                        case Command.Txn inner -> "txn 0 " + results(inner, before);
                    };
            results.append(result).append("; ");
        }
        return results.append("]").toString();
    }

    private long header() {
        return changed ? revision + 1 : revision;
    }

    private void checkLease(Command.Put put) throws Refusal {
        if (put.leaseId() != 0 && !leases.containsKey(put.leaseId())) {
            throw new Refusal(ErrorCode.LEASE_NOT_FOUND);
        }
    }

    private void checkKey(Command.Put put) throws Refusal {
        if ((put.ignoreValue() || put.ignoreLease())
                && !keys.containsKey(put.key().toUtf8())) {
            throw new Refusal(ErrorCode.KEY_NOT_FOUND);
        }
    }

    private String put(Command.Put put) {
        String name = put.key().toUtf8();
        Key old = keys.get(name);
        String value = put.ignoreValue()
                ? (old == null ? "" : old.value())
                : put.value().toUtf8();
        long lease = put.ignoreLease() ? (old == null ? 0 : old.lease()) : put.leaseId();
        long mod = revision + 1;
        Key fresh =
                new Key(name, value, old == null ? mod : old.create(), mod, old == null ? 1 : old.version() + 1, lease);
        keys.put(name, fresh);
        events.add(fresh.toString());
        changed = true;
        return put.prevKv() && old != null ? old.toString() : "null";
    }

    private String delete(Command.DeleteRange delete) {
        List<Key> deleted = in(delete.range(), keys);
        deleted.forEach(this::remove);
        return deleted.size() + " " + (delete.prevKv() ? deleted : List.of());
    }

    private void remove(Key key) {
        keys.remove(key.key());
        events.add("-" + key.key() + "@" + (revision + 1));
        changed = true;
    }

    private String read(Command.Range range) {
        boolean now = range.revision() <= 0;
        List<Key> all =
                in(range.range(), now ? keys : Collections.unmodifiableSortedMap(history.get(range.revision())));
        if (range.countOnly()) {
            return all.size() + " false []";
        }
        long limit = range.limit() <= 0 ? Long.MAX_VALUE : range.limit();
        boolean filtered = range.hasRevisionFilter();
        List<Key> kept = new ArrayList<>(all);
        if (!filtered && range.sortOrder() == Command.SortOrder.NONE && limit < all.size()) {
            kept = new ArrayList<>(all.subList(0, (int) limit + 1));
        }
        kept.removeIf(key -> outside(key.mod(), range.minModRevision(), range.maxModRevision())
                || outside(key.create(), range.minCreateRevision(), range.maxCreateRevision()));
        Comparator<Key> order =
                switch (range.sortTarget()) {
                    case KEY -> Comparator.comparing(Key::key);
                    case VERSION -> Comparator.comparingLong(Key::version);
                    case CREATE -> Comparator.comparingLong(Key::create);
                    case MOD -> Comparator.comparingLong(Key::mod);
                    case VALUE -> Comparator.comparing(Key::value);
                };
        kept.sort(range.sortOrder() == Command.SortOrder.DESCEND ? order.reversed() : order);
        boolean more = kept.size() > limit;
        return all.size() + " " + more + " " + (more ? kept.subList(0, (int) limit) : kept);
    }

    private static boolean outside(long revision, long min, long max) {
        return (min != 0 && revision < min) || (max != 0 && revision > max);
    }

    private static List<Key> in(KeyRange range, SortedMap<String, Key> keys) {
        return keys.values().stream()
                .filter(key -> range.contains(ByteSequence.utf8(key.key())))
                .toList();
    }

    private static boolean holds(Command.Compare compare, SortedMap<String, Key> before) {
        List<Key> found = in(compare.range(), before);
        if (found.isEmpty()) {
            return holds(compare, (Key) null);
        }
        return found.stream().allMatch(key -> holds(compare, key));
    }

    private static boolean holds(Command.Compare compare, @Nullable Key key) {
        if (key == null && compare.target() == Command.CompareTarget.VALUE) {
            return false;
        }
        Key seen = key == null ? new Key("", "", 0, 0, 0, 0) : key;
        int order =
                switch (compare.target()) {
                    case VERSION -> Long.compare(seen.version(), compare.number());
                    case CREATE -> Long.compare(seen.create(), compare.number());
                    case MOD -> Long.compare(seen.mod(), compare.number());
                    case LEASE -> Long.compare(seen.lease(), compare.number());
                    case VALUE -> seen.value().compareTo(compare.value().toUtf8());
                    case UNKNOWN -> 0;
                };
        return switch (compare.operator()) {
            case EQUAL -> order == 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            case NOT_EQUAL -> order != 0;
            case UNKNOWN -> true;
        };
    }
}
