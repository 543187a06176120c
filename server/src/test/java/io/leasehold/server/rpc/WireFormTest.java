package io.leasehold.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.StatusRuntimeException;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.mvcc.RevisionStore;
import io.leasehold.mvcc.StoreOptions;
import io.leasehold.mvcc.StorePosition;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.etcdserverpb.DeleteRangeResponse;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.PutResponse;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import io.leasehold.protocol.etcdserverpb.ResponseOp;
import io.leasehold.protocol.etcdserverpb.TxnResponse;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.KeyValue;
import io.leasehold.server.watch.WatchMessage;
import io.leasehold.statemachine.Outcome;
import io.leasehold.statemachine.RequestValidator;
import io.leasehold.statemachine.Requests;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is encoded and decoded by hand, against the generated classes: equal bytes out, equal commands in. */
final class WireFormTest {
    private static final int ROUNDS = 300;
    private static final Header HEADER = new Header(-1, 77, 1L << 40, 3);
    private static final ResponseHeader HEADER_MESSAGE = ResponseHeader.newBuilder()
            .setClusterId(-1)
            .setMemberId(77)
            .setRevision(1L << 40)
            .setRaftTerm(3)
            .build();

    @TempDir
    Path directory;

    private RevisionStore store;

    @BeforeEach
    void open() throws IOException {
        store = RevisionStore.open(directory, StoreOptions.DEFAULT, StorePosition.EMPTY);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void answers_have_exactly_the_bytes_of_the_generated_messages() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            List<KeyValueRecord> records = records(random);
            boolean keysOnly = random.nextBoolean();
            boolean more = random.nextBoolean();
            long count = random.nextInt(3);
            assertEncoded(
                    seed,
                    KvReplies.range(HEADER, new Outcome.Ranged(1, records, count, more, keysOnly)),
                    RangeResponse.newBuilder()
                            .setHeader(HEADER_MESSAGE)
                            .addAllKvs(messages(records, keysOnly))
                            .setMore(more)
                            .setCount(count)
                            .build());
            assertEncoded(
                    seed,
                    KvReplies.deleteRange(HEADER, new Outcome.Deleted(1, count, records)),
                    DeleteRangeResponse.newBuilder()
                            .setHeader(HEADER_MESSAGE)
                            .setDeleted(count)
                            .addAllPrevKvs(messages(records, false))
                            .build());
            assertEncoded(
                    seed,
                    KvReplies.put(HEADER, new Outcome.Written(1, records.getFirst())),
                    PutResponse.newBuilder()
                            .setHeader(HEADER_MESSAGE)
                            .setPrevKv(message(records.getFirst(), false))
                            .build());
            assertEncoded(seed, txn(records, more), txnMessage(records, more));
        }
    }

    @Test
    void small_answers_have_exactly_the_bytes_of_the_generated_messages() throws IOException {
        assertEncoded(
                0,
                new KeepAliveReply(HEADER, -5, 0),
                LeaseKeepAliveResponse.newBuilder()
                        .setHeader(HEADER_MESSAGE)
                        .setID(-5)
                        .build());
        assertEncoded(
                0,
                KvReplies.put(Header.EMPTY, new Outcome.Written(1, null)),
                PutResponse.newBuilder()
                        .setHeader(ResponseHeader.getDefaultInstance())
                        .build());
        WatchResponse.Builder watch = WatchResponse.newBuilder().setHeader(HEADER_MESSAGE);
        assertEncoded(
                0,
                new WatchReply(HEADER, new WatchMessage.Created(9, 4)),
                watch.clone().setWatchId(4).setCreated(true).build());
        assertEncoded(
                0,
                new WatchReply(HEADER, new WatchMessage.Refused(9, "naïve reason")),
                watch.clone()
                        .setWatchId(-1)
                        .setCreated(true)
                        .setCanceled(true)
                        .setCancelReason("naïve reason")
                        .build());
        assertEncoded(
                0,
                new WatchReply(HEADER, new WatchMessage.Canceled(9, 4)),
                watch.clone().setWatchId(4).setCanceled(true).build());
        assertEncoded(
                0,
                new WatchReply(HEADER, new WatchMessage.Compacted(4, 300)),
                watch.clone()
                        .setWatchId(4)
                        .setCanceled(true)
                        .setCompactRevision(300)
                        .build());
        assertEncoded(
                0,
                new WatchReply(HEADER, new WatchMessage.Progress(9, -1)),
                watch.clone().setWatchId(-1).build());
    }

    @Test
    void requests_are_read_as_the_generated_classes_read_them() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            PutRequest put = PutRequest.newBuilder()
                    .setKey(bytes(random))
                    .setValue(bytes(random))
                    .setLease(random.nextInt(3) - 1)
                    .setPrevKv(random.nextBoolean())
                    .setIgnoreValue(random.nextBoolean())
                    .setIgnoreLease(random.nextBoolean())
                    .setUnknownFields(unknown(random))
                    .build();
            assertThat(RequestDecoder.decode(stream(put), RequestDecoder::put))
                    .as("seed %d", seed)
                    .isEqualTo(Requests.put(put));

            RangeRequest range = range(random);
            RangeQuery query = RequestDecoder.decode(stream(range), RequestDecoder::range);
            assertThat(query.range()).as("seed %d", seed).isEqualTo(Requests.range(range));
            assertThat(query.refusal()).as("seed %d", seed).isEqualTo(RequestValidator.range(range));

            LeaseKeepAliveRequest keepAlive = LeaseKeepAliveRequest.newBuilder()
                    .setID(random.nextLong())
                    .setUnknownFields(unknown(random))
                    .build();
            assertThat(RequestDecoder.decode(stream(keepAlive), RequestDecoder::keepAlive))
                    .isEqualTo(keepAlive.getID());
        }
    }

    @Test
    void malformed_requests_are_refused_as_grpc_refuses_them() {
        for (byte[] bytes : List.of(new byte[] {10, 5, 1}, new byte[] {-1}, new byte[] {0}, new byte[] {15})) {
            assertThatThrownBy(() -> RequestDecoder.decode(new ByteArrayInputStream(bytes), RequestDecoder::put))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessage("INTERNAL: Invalid protobuf byte sequence");
        }
    }

    private List<KeyValueRecord> records(Random random) {
        int size = 1 + random.nextInt(4);
        List<KeyValueRecord> records = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            // Values on both sides of the write buffer's size.
            byte[] value = new byte[random.nextInt(20) == 0 ? 60_000 + random.nextInt(10_000) : random.nextInt(200)];
            random.nextBytes(value);
            ByteSequence key = ByteSequence.utf8("k" + random.nextInt(50));
            records.add(store.put(key, ByteSequence.wrap(value), random.nextInt(2)));
            store.finishRevision();
        }
        store.publish();
        return records;
    }

    private static WireMessage txn(List<KeyValueRecord> records, boolean succeeded) {
        return KvReplies.txn(
                HEADER,
                new Outcome.TxnDone(
                        5,
                        succeeded,
                        List.of(
                                new Outcome.Ranged(4, records, 2, false, false),
                                new Outcome.Written(5, null),
                                new Outcome.Deleted(5, 1, records),
                                new Outcome.TxnDone(0, true, List.of(new Outcome.Written(5, null))))));
    }

    private static TxnResponse txnMessage(List<KeyValueRecord> records, boolean succeeded) {
        PutResponse put = PutResponse.newBuilder().setHeader(inner(5)).build();
        return TxnResponse.newBuilder()
                .setHeader(HEADER_MESSAGE)
                .setSucceeded(succeeded)
                .addResponses(ResponseOp.newBuilder()
                        .setResponseRange(RangeResponse.newBuilder()
                                .setHeader(inner(4))
                                .addAllKvs(messages(records, false))
                                .setCount(2)))
                .addResponses(ResponseOp.newBuilder().setResponsePut(put))
                .addResponses(ResponseOp.newBuilder()
                        .setResponseDeleteRange(DeleteRangeResponse.newBuilder()
                                .setHeader(inner(5))
                                .setDeleted(1)
                                .addAllPrevKvs(messages(records, false))))
                .addResponses(ResponseOp.newBuilder()
                        .setResponseTxn(TxnResponse.newBuilder()
                                .setHeader(ResponseHeader.getDefaultInstance())
                                .setSucceeded(true)
                                .addResponses(ResponseOp.newBuilder().setResponsePut(put))))
                .build();
    }

    private static ResponseHeader inner(long revision) {
        return ResponseHeader.newBuilder().setRevision(revision).build();
    }

    private static List<KeyValue> messages(List<KeyValueRecord> records, boolean keysOnly) {
        return records.stream().map(record -> message(record, keysOnly)).toList();
    }

    private static KeyValue message(KeyValueRecord record, boolean keysOnly) {
        KeyValue.Builder message = KeyValue.newBuilder()
                .setKey(ByteString.copyFrom(record.key().toByteArray()))
                .setCreateRevision(record.createRevision())
                .setModRevision(record.modRevision())
                .setVersion(record.version())
                .setLease(record.leaseId());
        if (!keysOnly) {
            message.setValue(ByteString.copyFrom(record.value().toByteArray()));
        }
        return message.build();
    }

    private static RangeRequest range(Random random) {
        return RangeRequest.newBuilder()
                .setKey(bytes(random))
                .setRangeEnd(bytes(random))
                .setLimit(random.nextInt(3) - 1)
                .setRevision(random.nextInt(3) - 1)
                .setSortOrderValue(random.nextInt(5) - 1)
                .setSortTargetValue(random.nextInt(7) - 1)
                .setSerializable(random.nextBoolean())
                .setKeysOnly(random.nextBoolean())
                .setCountOnly(random.nextBoolean())
                .setMinModRevision(random.nextInt(2))
                .setMaxModRevision(random.nextInt(3))
                .setMinCreateRevision(random.nextInt(4))
                .setMaxCreateRevision(random.nextInt(5))
                .setUnknownFields(unknown(random))
                .build();
    }

    private static ByteString bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(5)];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    private static UnknownFieldSet unknown(Random random) {
        if (random.nextBoolean()) {
            return UnknownFieldSet.getDefaultInstance();
        }
        return UnknownFieldSet.newBuilder()
                .addField(
                        90,
                        UnknownFieldSet.Field.newBuilder()
                                .addVarint(random.nextLong())
                                .build())
                .addField(
                        91,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(bytes(random))
                                .build())
                .addField(
                        92,
                        UnknownFieldSet.Field.newBuilder()
                                .addFixed64(1)
                                .addFixed32(2)
                                .build())
                .build();
    }

    private static ByteArrayInputStream stream(Message message) {
        return new ByteArrayInputStream(message.toByteArray());
    }

    private static void assertEncoded(long seed, WireMessage reply, Message message) throws IOException {
        ByteArrayOutputStream drained = new ByteArrayOutputStream();
        WireStream draining = new WireStream(reply);
        assertThat(draining.available()).isEqualTo(message.getSerializedSize());
        assertThat(draining.drainTo(drained)).isEqualTo(message.getSerializedSize());
        assertThat(draining.available()).isZero();

        assertThat(drained.toByteArray()).as("seed %d", seed).isEqualTo(message.toByteArray());
        assertThat(new WireStream(reply).readAllBytes()).as("seed %d", seed).isEqualTo(message.toByteArray());
    }
}
