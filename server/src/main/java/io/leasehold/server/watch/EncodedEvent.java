package io.leasehold.server.watch;

import com.google.protobuf.CodedOutputStream;
import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.mvcc.StoreEvent;
import io.leasehold.protocol.ByteSequence;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change in its wire form: one entry of {@code WatchResponse.events}, with tag, length and the {@code mvccpb.Event}. For
 * several watchers the bytes are made once and shared by their responses; for one they are written straight into his,
 * as the end of many leases would otherwise make an array for each of them.
 *
 * <p>The dispatcher's thread says who takes the event, by {@link #taken}, and then settles its form, by {@link #encode},
 * before it sends a message that needs it; after that the form is only read.
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
    private int takers;
    /** Lengths of the forms, 0 until they are asked for. */
    private int plainLength;

    private int withPreviousLength;
    /** The forms, as far as several watchers share them. */
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

    /** One more watcher is told of it. Dispatcher's thread. */
    void taken() {
        takers++;
    }

    /** Settles the form in which it is sent, and tells its length. Dispatcher's thread. */
    int encode(boolean prevKv) {
        boolean both = prevKv && event.hasPrevious();
        int length = both ? withPreviousLength : plainLength;
        if (length > 0) {
            return length;
        }
        int bodyLength = bodyLength(both);
        length = 1 + CodedOutputStream.computeUInt32SizeNoTag(bodyLength) + bodyLength;
        byte[] shared = null;
        if (takers > 1) {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            encode(bytes, both);
            shared = bytes.array();
        }
        if (both) {
            withPreviousLength = length;
            withPrevious = shared;
        } else {
            plainLength = length;
            plain = shared;
        }
        return length;
    }

    /**
     * Bytes that {@link #writeTo} writes. Any thread that was handed a message with this event and this {@code prevKv}.
     *
     * @param prevKv with what the key was before, if there was something
     */
    public int length(boolean prevKv) {
        int length = prevKv && event.hasPrevious() ? withPreviousLength : plainLength;
        if (length == 0) {
            throw new IllegalStateException("event at revision " + revision() + " was sent before it was encoded");
        }
        return length;
    }

    /** Writes the wire form; the target has room for its {@link #length}. The same threads. */
    public void writeTo(ByteBuffer target, boolean prevKv) {
        boolean both = prevKv && event.hasPrevious();
        byte[] shared = both ? withPrevious : plain;
        if (shared != null) {
            target.put(shared);
        } else {
            encode(target, both);
        }
    }

    private int bodyLength(boolean withPrevious) {
        int length = (event.isDelete() ? 2 : 0) + nestedLength(event.record());
        KeyValueRecord previous = withPrevious ? event.previous() : null;
        return previous == null ? length : length + nestedLength(previous);
    }

    private void encode(ByteBuffer out, boolean withPrevious) {
        out.put(EVENTS_TAG);
        putVarint(out, bodyLength(withPrevious));
        if (event.isDelete()) {
            out.put(TYPE_TAG).put(TYPE_DELETE);
        }
        putNested(out, KV_TAG, event.record());
        KeyValueRecord previous = withPrevious ? event.previous() : null;
        if (previous != null) {
            putNested(out, PREV_KV_TAG, previous);
        }
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
