package io.leasehold.mvcc;

import io.leasehold.protocol.ByteSequence;
import java.nio.ByteBuffer;

/** Records made without a store. */
final class RecordSamples {
    private RecordSamples() {}

    static KeyValueRecord put(
            ByteSequence key, long create, long main, int sub, long version, ByteSequence value, long leaseId) {
        ByteBuffer bytes =
                ByteBuffer.allocate((int) RecordFormat.putLength(key, create, main, version, value, leaseId) + 3);
        bytes.position(3);
        RecordFormat.putRecord(bytes, key, create, main, sub, version, value, leaseId);
        if (bytes.hasRemaining()) {
            throw new AssertionError("the length was computed too big by " + bytes.remaining());
        }
        return new KeyValueRecord(bytes, 3, null);
    }

    static KeyValueRecord tombstone(ByteSequence key, long main, int sub) {
        ByteBuffer bytes = ByteBuffer.allocate((int) RecordFormat.tombstoneLength(key, main));
        RecordFormat.putTombstone(bytes, key, main, sub);
        if (bytes.hasRemaining()) {
            throw new AssertionError("the length was computed too big by " + bytes.remaining());
        }
        return new KeyValueRecord(bytes, 0, null);
    }

    static KeyValueRecord anyRecord() {
        return tombstone(ByteSequence.utf8("any"), 2, 0);
    }
}
