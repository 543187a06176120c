package io.leasehold.mvcc;

/**
 * How a store lays out its files.
 *
 * @param segmentSizeBytes the size at which a new segment file begins, {@value #SEGMENT_SIZE_MIN_BYTES} to
 *     {@value #SEGMENT_SIZE_MAX_BYTES}; a single record that is bigger gets a segment of its own
 */
public record StoreOptions(int segmentSizeBytes) {
    /** Small enough for tests to roll over often; a header and one small record must fit. */
    public static final int SEGMENT_SIZE_MIN_BYTES = 256;

    /** Half of what one mapped buffer can address, so that a segment made longer for one record still fits. */
    public static final int SEGMENT_SIZE_MAX_BYTES = 1 << 30;

    /** 64 MiB: long enough that files are few, short enough to rewrite or send one in a second. */
    public static final StoreOptions DEFAULT = new StoreOptions(64 << 20);

    /** Refuses sizes out of range. */
    public StoreOptions {
        if (segmentSizeBytes < SEGMENT_SIZE_MIN_BYTES || segmentSizeBytes > SEGMENT_SIZE_MAX_BYTES) {
            throw new IllegalArgumentException("segmentSizeBytes must be " + SEGMENT_SIZE_MIN_BYTES + " to "
                    + SEGMENT_SIZE_MAX_BYTES + ", not " + segmentSizeBytes);
        }
    }
}
