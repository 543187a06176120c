package io.leasehold.server;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells what etcd's write-ahead log holds, as far as it matters here: whether anything but the founding of a cluster is in
 * it. The form is that of etcd's {@code server/storage/wal}: frames of a length (eight bytes, the lowest first; the highest
 * byte says how much padding follows) and a record; entries are Raft's. Pure but for reading the files.
 */
final class EtcdWriteAheadLog {
    private static final int RECORD_KIND = 1;
    private static final int RECORD_BODY = 3;
    private static final int KIND_ENTRY = 2;
    private static final int ENTRY_KIND = 1;
    private static final int ENTRY_NORMAL = 0;

    private static final int LENGTH_BITS = 56;
    /** Founding a cluster takes small records, one for each member; more is not looked for in memory. */
    private static final long RECORD_BYTES_MAX = 1 << 20;

    private EtcdWriteAheadLog() {}

    /**
     * Whether the log of a directory holds nothing but how its members were founded, as after {@code snapshot restore}: an
     * etcd that has run since wrote more.
     *
     * @throws IOException if a file cannot be read
     */
    static boolean onlyFounds(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(directory)) {
            files = found.filter(file -> file.toString().endsWith(".wal")).toList();
        }
        for (Path file : files) {
            if (!fileOnlyFounds(file)) {
                return false;
            }
        }
        return !files.isEmpty();
    }

    private static boolean fileOnlyFounds(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            while (true) {
                long length = Long.reverseBytes(in.readLong());
                if (length == 0) {
                    // The rest was set aside and not written yet.
                    return true;
                }
                long recordBytes = length & ((1L << LENGTH_BITS) - 1);
                int padding = length < 0 ? (int) (length >>> LENGTH_BITS) & 7 : 0;
                if (recordBytes > RECORD_BYTES_MAX) {
                    return false;
                }
                byte[] record = in.readNBytes((int) recordBytes + padding);
                if (isNormalEntry(
                        CodedInputStream.newInstance(record, 0, (int) Math.min(record.length, recordBytes)))) {
                    return false;
                }
            }
        } catch (EOFException end) {
            return true;
        }
    }

    private static boolean isNormalEntry(CodedInputStream record) throws IOException {
        long kind = 0;
        byte[] body = {};
        for (int tag = record.readTag(); tag != 0; tag = record.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case RECORD_KIND -> kind = record.readInt64();
                case RECORD_BODY -> body = record.readByteArray();
                default -> record.skipField(tag);
            }
        }
        return kind == KIND_ENTRY && entryKind(CodedInputStream.newInstance(body)) == ENTRY_NORMAL;
    }

    private static int entryKind(CodedInputStream entry) throws IOException {
        int kind = ENTRY_NORMAL;
        for (int tag = entry.readTag(); tag != 0; tag = entry.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == ENTRY_KIND) {
                kind = entry.readEnum();
            } else {
                entry.skipField(tag);
            }
        }
        return kind;
    }
}
