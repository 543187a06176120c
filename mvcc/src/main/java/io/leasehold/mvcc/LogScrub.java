package io.leasehold.mvcc;

import java.util.List;

/**
 * Reads the log from end to end and compares every checksum, a little at a time: so that damage to what nobody reads is
 * found while other members still have it whole. For one thread; used once. Holds the segments there were when it began.
 */
public final class LogScrub {
    private final LogView log;
    private final List<Segment> order;
    private int index;
    private int offset = SegmentFormat.HEADER_BYTES;

    LogScrub(LogView log) {
        this.log = log;
        this.order = log.segments().order();
    }

    /**
     * Reads on.
     *
     * @param byteLimit about how many bytes to read, at least 1
     * @return how many were read; 0 at the end of the log
     * @throws StoreCorruptedException if a record fails its checksum; the message says where
     */
    public long checkSome(int byteLimit) {
        long readBytes = 0;
        while (index < order.size() && readBytes < byteLimit) {
            Segment segment = order.get(index);
            int end = log.lengthBytes(segment);
            if (offset < end) {
                segment.checkRecord(offset, end);
                int length = segment.read(offset).recordLength();
                offset += length;
                readBytes += length;
            } else {
                index++;
                offset = SegmentFormat.HEADER_BYTES;
            }
        }
        return readBytes;
    }
}
