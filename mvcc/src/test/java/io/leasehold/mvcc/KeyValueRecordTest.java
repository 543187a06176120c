package io.leasehold.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.mvccpb.KeyValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyValueRecordTest {
    private static final long[] NUMBERS = {1, 127, 128, 16_383, 16_384, 1L << 31, 1L << 56, Long.MAX_VALUE};

    @Test
    void the_body_is_what_protobuf_writes() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            KeyValue expected = KeyValue.newBuilder()
                    .setKey(ByteString.copyFrom(bytes(random, 1 + random.nextInt(i % 10 == 0 ? 300 : 20))))
                    .setCreateRevision(NUMBERS[random.nextInt(NUMBERS.length)])
                    .setModRevision(NUMBERS[random.nextInt(NUMBERS.length)])
                    .setVersion(NUMBERS[random.nextInt(NUMBERS.length)])
                    .setValue(ByteString.copyFrom(bytes(random, random.nextInt(4) * random.nextInt(300))))
                    .setLease(random.nextBoolean() ? 0 : random.nextLong())
                    .build();

            KeyValueRecord record = RecordSamples.put(
                    ByteSequence.copyOf(expected.getKey().toByteArray()),
                    expected.getCreateRevision(),
                    expected.getModRevision(),
                    i,
                    expected.getVersion(),
                    ByteSequence.copyOf(expected.getValue().toByteArray()),
                    expected.getLease());

            assertThat(encoded(record)).isEqualTo(expected.toByteArray());
            assertThat(record.encodedLength()).isEqualTo(expected.getSerializedSize());
            assertSame(record, expected);
            assertWithoutValue(record, expected);
            assertThat(record.subRevision()).isEqualTo(i);
        }
    }

    @Test
    void a_tombstone_holds_key_and_revision_only() throws IOException {
        KeyValueRecord record = RecordSamples.tombstone(ByteSequence.utf8("gone"), 300, 2);

        assertThat(record.isTombstone()).isTrue();
        assertThat(encoded(record))
                .isEqualTo(KeyValue.newBuilder()
                        .setKey(ByteString.copyFromUtf8("gone"))
                        .setModRevision(300)
                        .build()
                        .toByteArray());
        assertThat(record.version()).isZero();
        assertThat(record.createRevision()).isZero();
        assertThat(record.value()).isEqualTo(ByteSequence.EMPTY);
        assertThat(record.subRevision()).isEqualTo(2);
    }

    @Test
    void values_compare_as_unsigned_bytes() {
        Random random = new Random(2);
        for (int i = 0; i < 1_000; i++) {
            ByteSequence one = ByteSequence.wrap(bytes(random, random.nextInt(4)));
            ByteSequence other = ByteSequence.wrap(bytes(random, random.nextInt(4)));
            KeyValueRecord record = RecordSamples.put(ByteSequence.utf8("k"), 2, 2, 0, 1, one, i % 2);

            assertThat(Integer.signum(record.compareValue(other))).isEqualTo(Integer.signum(one.compareTo(other)));
        }
    }

    @Test
    void varints_take_the_length_foretold() {
        for (long number : new long[] {0, 1, 127, 128, 1L << 14, 1L << 21, 1L << 35, 1L << 62, Long.MAX_VALUE, -1}) {
            ByteBuffer bytes = ByteBuffer.allocate(10);

            WireFormat.putVarint(bytes, number);

            assertThat(bytes.position()).isEqualTo(WireFormat.varintLength(number));
            assertThat(WireFormat.varint(bytes, 0)).isEqualTo(number);
        }
    }

    private static void assertSame(KeyValueRecord record, KeyValue expected) {
        assertThat(record.key()).isEqualTo(ByteSequence.copyOf(expected.getKey().toByteArray()));
        assertThat(record.createRevision()).isEqualTo(expected.getCreateRevision());
        assertThat(record.modRevision()).isEqualTo(expected.getModRevision());
        assertThat(record.version()).isEqualTo(expected.getVersion());
        assertThat(record.value())
                .isEqualTo(ByteSequence.copyOf(expected.getValue().toByteArray()));
        assertThat(record.valueLength()).isEqualTo(expected.getValue().size());
        assertThat(record.leaseId()).isEqualTo(expected.getLease());
        assertThat(record.isTombstone()).isFalse();
    }

    private static void assertWithoutValue(KeyValueRecord record, KeyValue expected) throws IOException {
        byte[] without = expected.toBuilder().clearValue().build().toByteArray();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        record.writeWithoutValueTo(out);
        ByteBuffer buffer = ByteBuffer.allocateDirect(without.length);
        record.writeWithoutValueTo(buffer);

        assertThat(record.encodedLengthWithoutValue()).isEqualTo(without.length);
        assertThat(out.toByteArray()).isEqualTo(without);
        assertThat(buffer.flip()).isEqualTo(ByteBuffer.wrap(without));
    }

    private static byte[] encoded(KeyValueRecord record) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        record.writeTo(out);
        ByteBuffer buffer = ByteBuffer.allocate(record.encodedLength());
        record.writeTo(buffer);
        assertThat(out.toByteArray()).isEqualTo(buffer.array());
        return buffer.array();
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void protobuf_reads_what_the_store_writes() throws InvalidProtocolBufferException {
        KeyValueRecord record =
                RecordSamples.put(ByteSequence.utf8("k"), 5, 7, 0, 3, ByteSequence.utf8("v"), Long.MIN_VALUE);
        ByteBuffer bytes = ByteBuffer.allocate(record.encodedLength());
        record.writeTo(bytes);

        KeyValue read = KeyValue.parseFrom(bytes.flip());

        assertThat(read.getLease()).isEqualTo(Long.MIN_VALUE);
        assertThat(read.getValue().toStringUtf8()).isEqualTo("v");
    }
}
