package io.leasehold.client.watch;

import io.leasehold.client.kv.KeyValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One change of one key. */
public final class WatchEvent {
    /** What happened. */
    public enum Type {
        PUT,
        DELETE
    }

    private final Type type;
    private final KeyValue entry;
    private final @Nullable KeyValue previous;

    /** Made by the client, and by tests of listeners. */
    public WatchEvent(Type type, KeyValue entry, @Nullable KeyValue previous) {
        this.type = type;
        this.entry = entry;
        this.previous = previous;
    }

    /** What happened. */
    public Type type() {
        return type;
    }

    /** Whether the key was deleted, or ended with its lease. */
    public boolean isDelete() {
        return type == Type.DELETE;
    }

    /** The key after the change; of a delete only key and mod revision are there. */
    public KeyValue entry() {
        return entry;
    }

    /** The key before the change, if it was asked for, existed, and its revision is not compacted. */
    public Optional<KeyValue> previous() {
        return Optional.ofNullable(previous);
    }

    @Override
    public String toString() {
        return type + " " + entry + (previous == null ? "" : " after " + previous);
    }
}
