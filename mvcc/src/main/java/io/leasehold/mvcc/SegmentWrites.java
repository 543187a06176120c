package io.leasehold.mvcc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** How bytes get into a segment file; a seam, so that a test can have the disk full. */
@FunctionalInterface
interface SegmentWrites {
    /** Plain writes. */
    SegmentWrites DIRECT = (channel, bytes, offset) -> {
        long at = offset;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    };

    /** Writes all remaining bytes at this offset of the file. */
    void write(FileChannel channel, ByteBuffer bytes, long offset) throws IOException;
}
