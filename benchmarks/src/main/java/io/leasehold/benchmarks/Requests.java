package io.leasehold.benchmarks;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.leasehold.protocol.etcdserverpb.Compare;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** The messages of the workloads: keys of 8 bytes out of a fixed number, values of 256 bytes. */
final class Requests {
    private static final int KEYS = 10_000;
    private static final int LISTED_KEYS = 100_000;
    private static final int VALUE_BYTES = 256;
    private static final int FILL_BATCH = 100;
    private static final long GRANT_TTL_SECONDS = 3_600;

    private final byte[] value = new byte[VALUE_BYTES];
    private final ByteString sharedValue;

    Requests() {
        new SplittableRandom(1).nextBytes(value);
        sharedValue = ByteString.copyFrom(value);
    }

    byte[] value() {
        return value.clone();
    }

    /** Writes the keys that {@link #list} lists. */
    void fillForListing(Connections connections) {
        Pipeline.run(
                connections,
                LISTED_KEYS,
                number -> new UnaryLoad.Call<>(KVGrpc.getPutMethod(), put(key(number))),
                (answer, number) -> {});
    }

    /** All keys there are, cut to {@code limit} of them; 0 asks for their number alone. */
    static RangeRequest list(int limit) {
        ByteString all = ByteString.copyFrom(new byte[1]);
        return RangeRequest.newBuilder()
                .setKey(all)
                .setRangeEnd(all)
                .setLimit(limit)
                .setCountOnly(limit == 0)
                .build();
    }

    /** Writes each key once, so that reads find something. */
    void fill(ManagedChannel channel) {
        KVGrpc.KVBlockingStub stub = KVGrpc.newBlockingStub(channel);
        for (int from = 0; from < KEYS; from += FILL_BATCH) {
            TxnRequest.Builder batch = TxnRequest.newBuilder();
            for (int key = from; key < from + FILL_BATCH; key++) {
                batch.addSuccess(RequestOp.newBuilder().setRequestPut(put(key(key))));
            }
            var answer = stub.txn(batch.build());
            if (!answer.getSucceeded()) {
                throw new IllegalStateException("a txn without compares did not succeed");
            }
        }
    }

    PutRequest put(SplittableRandom random) {
        return put(anyKey(random));
    }

    RangeRequest range(SplittableRandom random, boolean serializable) {
        return RangeRequest.newBuilder()
                .setKey(anyKey(random))
                .setSerializable(serializable)
                .build();
    }

    /** Compare the mod revision, then put, else get: both ways occur. */
    TxnRequest txn(SplittableRandom random) {
        ByteString key = anyKey(random);
        return TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(key)
                        .setTarget(Compare.CompareTarget.MOD)
                        .setResult(Compare.CompareResult.GREATER)
                        .setModRevision(random.nextBoolean() ? 0 : Long.MAX_VALUE))
                .addSuccess(RequestOp.newBuilder().setRequestPut(put(key)))
                .addFailure(RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder().setKey(key)))
                .build();
    }

    static UnaryLoad.Call<?, ?> call(PutRequest request) {
        return new UnaryLoad.Call<>(KVGrpc.getPutMethod(), request);
    }

    static UnaryLoad.Call<?, ?> call(RangeRequest request) {
        return new UnaryLoad.Call<>(KVGrpc.getRangeMethod(), request);
    }

    static UnaryLoad.Call<?, ?> call(TxnRequest request) {
        return new UnaryLoad.Call<>(KVGrpc.getTxnMethod(), request);
    }

    static UnaryLoad.Call<?, ?> grant() {
        return new UnaryLoad.Call<>(LeaseGrpc.getLeaseGrantMethod(), grantRequest());
    }

    static LeaseGrantRequest grantRequest() {
        return LeaseGrantRequest.newBuilder().setTTL(GRANT_TTL_SECONDS).build();
    }

    PutRequest put(long key) {
        return put(key(key));
    }

    private PutRequest put(ByteString key) {
        return PutRequest.newBuilder().setKey(key).setValue(sharedValue).build();
    }

    private static ByteString anyKey(SplittableRandom random) {
        return key(random.nextInt(KEYS));
    }

    private static ByteString key(long number) {
        return ByteString.copyFrom(
                ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
    }
}
