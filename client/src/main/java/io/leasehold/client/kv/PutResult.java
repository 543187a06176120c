package io.leasehold.client.kv;

import io.leasehold.client.call.Header;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a put did. The header's revision is that of the put. */
public final class PutResult implements OpResult {
    private final Header header;
    private final @Nullable KeyValue previous;

    /** Also for other implementations of {@link Kv}. */
    public PutResult(Header header, @Nullable KeyValue previous) {
        this.header = header;
        this.previous = previous;
    }

    @Override
    public Header header() {
        return header;
    }

    /** What was replaced, if it was asked for and there was something. */
    public Optional<KeyValue> previous() {
        return Optional.ofNullable(previous);
    }

    @Override
    public String toString() {
        return "PutResult[" + header + ", previous=" + previous + "]";
    }
}
