package io.leasehold.lease;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.KeyOrder;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Slot → keys attached to the lease in it. Most leases hold one key or none, so a slot is a bare reference: nothing, a
 * {@link ByteSequence}, or a {@link KeySet} from two keys on. Belongs to the table's thread.
 */
final class AttachedKeys {
    private @Nullable Object[] slots = new @Nullable Object[LeasePage.SLOTS];

    /** Makes room for {@code slot}. */
    void reserve(int slot) {
        if (slot >= slots.length) {
            slots = Arrays.copyOf(slots, slots.length + (slots.length >> 2));
        }
    }

    void add(int slot, ByteSequence key) {
        switch (slots[slot]) {
            case null -> slots[slot] = key;
            case KeySet many -> many.keys.add(key);
            case Object one -> {
                if (!one.equals(key)) {
                    KeySet many = new KeySet();
                    many.keys.add((ByteSequence) one);
                    many.keys.add(key);
                    slots[slot] = many;
                }
            }
        }
    }

    void remove(int slot, ByteSequence key) {
        Object present = slots[slot];
        if (present instanceof KeySet many) {
            many.keys.remove(key);
            if (many.keys.size() == 1) {
                slots[slot] = many.keys.iterator().next();
            }
        } else if (present != null && present.equals(key)) {
            slots[slot] = null;
        }
    }

    int count(int slot) {
        return switch (slots[slot]) {
            case null -> 0;
            case KeySet many -> many.keys.size();
            case Object one -> 1;
        };
    }

    /** The keys in bytewise order. */
    List<ByteSequence> sorted(int slot) {
        return switch (slots[slot]) {
            case null -> List.of();
            case KeySet many -> KeyOrder.sorted(many.keys);
            case Object one -> List.of((ByteSequence) one);
        };
    }

    void move(int fromSlot, int toSlot) {
        slots[toSlot] = slots[fromSlot];
        slots[fromSlot] = null;
    }

    void release(int slot) {
        slots[slot] = null;
    }

    /** Two keys or more, linked in the order they came: so are they in memory, which the end of the lease walks through. */
    private static final class KeySet {
        private final Set<ByteSequence> keys = new LinkedHashSet<>(4);
    }
}
