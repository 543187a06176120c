package io.leasehold.server.watch;

import com.google.protobuf.CodedOutputStream;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.mvcc.StoreEvent;
import io.leasehold.protocol.ByteSequence;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change in its wire form, made once and shared by the responses of all watchers that see it. The bytes are those of
 * one entry of {@code WatchResponse.events}: tag, length and the {@code mvccpb.Event}.
 *
 * <p>The dispatcher's thread makes a form, by {@link #encode}, before it sends a message that needs it; after that the
 * form is only read.
 */
public final class EncodedEvent {
    /** {@code WatchResponse.events = 11}, length-delimited. */
    private static final byte EVENTS_TAG = (byte) ((11 << 3) | 2);
    /** {@code Event.type = 1}, varint. */
    private static final byte TYPE_TAG = 1 << 3;
    /** {@code Event.EventType.DELETE}. */
    private static final byte TYPE_DELETE = 1;
    /** {@code Event.kv = 2}, length-delimited. */
    private static final byte KV_TAG = (2 << 3) | 2;
    /** {@code Event.prev_kv = 3}, length-delimited. */
    private static final byte PREV_KV_TAG = (3 << 3) | 2;

    private final StoreEvent event;
    private byte @Nullable [] plain;
    private byte @Nullable [] withPrevious;
    private @Nullable List<EncodedEvent> alone;

    /** Wraps a change; nothing is encoded yet. */
    public EncodedEvent(StoreEvent event) {
        this.event = event;
    }

    /** The change itself. Any thread. */
    public StoreEvent event() {
        return event;
    }

    /** The key that changed. */
    ByteSequence key() {
        return event.record().key();
    }

    /** Whether the key was deleted. */
    boolean isDelete() {
        return event.isDelete();
    }

    /** Revision of the change. */
    long revision() {
        return event.record().modRevision();
    }

    /** A list of this event only; one for all watchers that see nothing else of its revision. Dispatcher's thread. */
    List<EncodedEvent> alone() {
        List<EncodedEvent> list = alone;
        if (list == null) {
            list = List.of(this);
            alone = list;
        }
        return list;
    }

    /** Makes the wire form that {@link #bytes} returns and tells its length. Dispatcher's thread. */
    int encode(boolean prevKv) {
        KeyValueRecord previous = prevKv ? event.previous() : null;
        byte[] encoded = previous == null ? plain : withPrevious;
        if (encoded == null) {
            encoded = encode(event, previous);
            if (previous == null) {
                plain = encoded;
            } else {
                withPrevious = encoded;
            }
        }
        return encoded.length;
    }

    /**
     * The wire form, with what the key was before if {@code prevKv} and there was something. Any thread that was handed a
     * message with this event and this {@code prevKv}. The caller must not change the array.
     */
    public byte[] bytes(boolean prevKv) {
        byte[] encoded = prevKv && event.previous() != null ? withPrevious : plain;
        if (encoded == null) {
            throw new IllegalStateException("event at revision " + revision() + " was sent before it was encoded");
        }
        return encoded;
    }

    private static byte[] encode(StoreEvent event, @Nullable KeyValueRecord previous) {
        KeyValueRecord record = event.record();
        int bodyLength = (event.isDelete() ? 2 : 0) + nestedLength(record);
        if (previous != null) {
            bodyLength += nestedLength(previous);
        }
        int length = 1 + CodedOutputStream.computeUInt32SizeNoTag(bodyLength) + bodyLength;
        ByteBuffer out = ByteBuffer.allocate(length);
        out.put(EVENTS_TAG);
        putVarint(out, bodyLength);
        if (event.isDelete()) {
            out.put(TYPE_TAG).put(TYPE_DELETE);
        }
        putNested(out, KV_TAG, record);
        if (previous != null) {
            putNested(out, PREV_KV_TAG, previous);
        }
        return out.array();
    }

    private static int nestedLength(KeyValueRecord record) {
        int length = record.encodedLength();
        return 1 + CodedOutputStream.computeUInt32SizeNoTag(length) + length;
    }

    private static void putNested(ByteBuffer out, byte tag, KeyValueRecord record) {
        out.put(tag);
        putVarint(out, record.encodedLength());
        record.writeTo(out);
    }

    private static void putVarint(ByteBuffer out, int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.put((byte) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }
}
