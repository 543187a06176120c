package io.leasehold.interop.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseLeasesRequest;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeRequest;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.mvccpb.KeyValue;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * One client that writes until its server is gone, and knows afterwards what it was promised. It writes keys of its own
 * alone, one call at a time, so at most its very last call has an unknown outcome: each key must hold what was
 * acknowledged last, or what that one call wrote.
 */
final class AcknowledgedWrites {
    /** A txn writes this many keys with one value; all of them must always agree. */
    static final int TXN_KEYS = 7;

    private static final int KEYS = 40;
    private static final long LEASE_TTL_SECONDS = 3_600;

    private final String prefix;
    private final SplittableRandom random;
    private final Map<String, Long> promised = new HashMap<>();
    private final Map<String, Long> unknown = new HashMap<>();
    private final Set<Long> leases = new HashSet<>();
    private final Set<Long> revoked = new HashSet<>();
    private long counter;
    private long acknowledged;
    private long highestRevision;
    private long leaseInDoubt;

    AcknowledgedWrites(String prefix, SplittableRandom random) {
        this.prefix = prefix;
        this.random = random;
    }

    /** How many calls were acknowledged so far. */
    long acknowledged() {
        return acknowledged;
    }

    /** Writes until a call fails. */
    void writeUntilGone(Connection connection) {
        try {
            while (true) {
                writeOnce(connection);
                acknowledged++;
                unknown.clear();
                leaseInDoubt = 0;
            }
        } catch (StatusRuntimeException gone) {
            // The last call stays in doubt; what it may have written was noted before it was sent.
        }
    }

    /** Compares what the restarted server has with what was promised, and forgets the doubt. */
    void check(Connection connection) {
        Map<String, KeyValue> found = new TreeMap<>();
        for (KeyValue kv : connection.everything()) {
            String key = kv.getKey().toStringUtf8();
            if (key.startsWith(prefix)) {
                found.put(key, kv);
            }
        }
        checkKeys(found);
        checkTxns(found);
        checkLeases(connection);
        assertThat(connection.get("no-such-key").getHeader().getRevision())
                .as("the store's revision never goes back")
                .isGreaterThanOrEqualTo(highestRevision);
        found.forEach((key, kv) -> promised.put(key, value(kv)));
        promised.keySet().retainAll(found.keySet());
        unknown.clear();
    }

    private void writeOnce(Connection connection) {
        counter++;
        int dice = random.nextInt(10);
        if (dice < 6) {
            put(connection, prefix + "k" + random.nextInt(KEYS), counter, 0);
        } else if (dice < 8) {
            txn(connection);
        } else if (dice < 9) {
            grantAndPut(connection);
        } else {
            revoke(connection);
        }
    }

    private void put(Connection connection, String key, long value, long lease) {
        unknown.put(key, value);
        long revision =
                connection.put(key, Long.toString(value), lease).getHeader().getRevision();
        noteRevision(revision);
        promised.put(key, value);
    }

    private void txn(Connection connection) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (int i = 0; i < TXN_KEYS; i++) {
            String key = prefix + "txn" + i;
            unknown.put(key, counter);
            txn.addSuccess(RequestOp.newBuilder().setRequestPut(Connection.putRequest(key, Long.toString(counter), 0)));
        }
        long revision = connection.kv().txn(txn.build()).getHeader().getRevision();
        noteRevision(revision);
        for (int i = 0; i < TXN_KEYS; i++) {
            promised.put(prefix + "txn" + i, counter);
        }
    }

    private void grantAndPut(Connection connection) {
        long granted = connection
                .lease()
                .leaseGrant(
                        LeaseGrantRequest.newBuilder().setTTL(LEASE_TTL_SECONDS).build())
                .getID();
        leases.add(granted);
        put(connection, leaseKey(granted), counter, granted);
    }

    private void revoke(Connection connection) {
        if (leases.isEmpty()) {
            return;
        }
        leaseInDoubt = leases.iterator().next();
        unknown.put(leaseKey(leaseInDoubt), 0L);
        connection
                .lease()
                .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(leaseInDoubt).build());
        leases.remove(leaseInDoubt);
        revoked.add(leaseInDoubt);
        promised.remove(leaseKey(leaseInDoubt));
    }

    private void noteRevision(long revision) {
        assertThat(revision).as("revisions grow").isGreaterThan(highestRevision);
        highestRevision = revision;
    }

    private void checkKeys(Map<String, KeyValue> found) {
        promised.forEach((key, value) -> {
            KeyValue kv = found.get(key);
            boolean inDoubt = unknown.containsKey(key);
            if (kv == null) {
                assertThat(inDoubt && key.equals(leaseKey(leaseInDoubt)))
                        .as("%s=%d was acknowledged and is gone", key, value)
                        .isTrue();
            } else if (value(kv) != unknown.getOrDefault(key, value)) {
                assertThat(value(kv)).as("acknowledged value of %s", key).isEqualTo(value);
            }
        });
        found.forEach((key, kv) -> {
            if (!promised.containsKey(key)) {
                assertThat(unknown)
                        .as("%s was never written, or was deleted", key)
                        .containsEntry(key, value(kv));
            }
        });
    }

    private void checkTxns(Map<String, KeyValue> found) {
        Set<Long> values = new HashSet<>();
        Set<Long> revisions = new HashSet<>();
        int keys = 0;
        for (int i = 0; i < TXN_KEYS; i++) {
            KeyValue kv = found.get(prefix + "txn" + i);
            if (kv != null) {
                keys++;
                values.add(value(kv));
                revisions.add(kv.getModRevision());
            }
        }
        assertThat(keys).as("keys of a txn, all or none").isIn(0, TXN_KEYS);
        assertThat(values).as("values of one txn").hasSizeLessThanOrEqualTo(1);
        assertThat(revisions).as("revisions of one txn").hasSizeLessThanOrEqualTo(1);
    }

    private void checkLeases(Connection connection) {
        Set<Long> present = new HashSet<>();
        connection
                .lease()
                .leaseLeases(LeaseLeasesRequest.getDefaultInstance())
                .getLeasesList()
                .forEach(lease -> present.add(lease.getID()));
        Set<Long> expected = new HashSet<>(leases);
        expected.remove(leaseInDoubt);
        assertThat(present).as("acknowledged leases").containsAll(expected);
        assertThat(present).as("leases that were not revoked").noneMatch(revoked::contains);
        if (leaseInDoubt != 0 && !present.contains(leaseInDoubt)) {
            leases.remove(leaseInDoubt);
        }
        leaseInDoubt = 0;
    }

    private String leaseKey(long lease) {
        return prefix + "lease" + lease;
    }

    private static long value(KeyValue kv) {
        ByteString value = kv.getValue();
        return Long.parseLong(value.toStringUtf8());
    }
}
