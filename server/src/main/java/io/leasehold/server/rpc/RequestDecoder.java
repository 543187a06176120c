package io.leasehold.server.rpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.grpc.KnownLength;
import io.grpc.Status;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.statemachine.Command;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads the hot requests straight into commands. Unknown fields are skipped, a repeated field's last value counts, as in
 * protobuf's own parsers. Pure; any thread.
 */
final class RequestDecoder {
    /** What nearly every request has; never written to. */
    private static final long[] NO_BOUNDS = new long[4];

    private RequestDecoder() {}

    /** Reads one message from the whole stream. */
    interface Decoder<T> {
        T decode(CodedInputStream in) throws IOException;
    }

    /** Runs a decoder; malformed input is the same StatusRuntimeException that gRPC's own marshallers throw. */
    static <T> T decode(InputStream stream, Decoder<T> decoder) {
        try {
            // A decoder over an array has no buffer of its own to allocate.
            byte[] bytes =
                    stream instanceof KnownLength ? stream.readNBytes(stream.available()) : stream.readAllBytes();
            return decoder.decode(CodedInputStream.newInstance(bytes));
        } catch (IOException e) {
            throw Status.INTERNAL
                    .withDescription("Invalid protobuf byte sequence")
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    /** {@code PutRequest}. */
    static Command.Put put(CodedInputStream in) throws IOException {
        ByteSequence key = ByteSequence.EMPTY;
        ByteSequence value = ByteSequence.EMPTY;
        long leaseId = 0;
        boolean prevKv = false;
        boolean ignoreValue = false;
        boolean ignoreLease = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case (1 << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED -> key = bytes(in);
                case (2 << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED -> value = bytes(in);
                case 3 << 3 -> leaseId = in.readInt64();
                case 4 << 3 -> prevKv = in.readBool();
                case 5 << 3 -> ignoreValue = in.readBool();
                case 6 << 3 -> ignoreLease = in.readBool();
                default -> in.skipField(tag);
            }
        }
        return new Command.Put(key, value, leaseId, prevKv, ignoreValue, ignoreLease);
    }

    /** {@code RangeRequest}. */
    static RangeQuery range(CodedInputStream in) throws IOException {
        ByteSequence key = ByteSequence.EMPTY;
        ByteSequence rangeEnd = ByteSequence.EMPTY;
        long limit = 0;
        long revision = 0;
        int sortOrder = 0;
        int sortTarget = 0;
        boolean serializable = false;
        boolean keysOnly = false;
        boolean countOnly = false;
        // min_mod, max_mod, min_create, max_create: fields 10 to 13.
        long[] bounds = NO_BOUNDS;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case (1 << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED -> key = bytes(in);
                case (2 << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED -> rangeEnd = bytes(in);
                case 3 << 3 -> limit = in.readInt64();
                case 4 << 3 -> revision = in.readInt64();
                case 5 << 3 -> sortOrder = in.readEnum();
                case 6 << 3 -> sortTarget = in.readEnum();
                case 7 << 3 -> serializable = in.readBool();
                case 8 << 3 -> keysOnly = in.readBool();
                case 9 << 3 -> countOnly = in.readBool();
                case 10 << 3, 11 << 3, 12 << 3, 13 << 3 -> {
                    if (bounds == NO_BOUNDS) {
                        bounds = new long[NO_BOUNDS.length];
                    }
                    bounds[(tag >>> 3) - 10] = in.readInt64();
                }
                default -> in.skipField(tag);
            }
        }
        Command.Range range = new Command.Range(
                KeyRange.of(key, rangeEnd),
                limit,
                revision,
                RangeQuery.sortOrder(sortOrder),
                RangeQuery.sortTarget(sortTarget),
                serializable,
                keysOnly,
                countOnly,
                bounds[0],
                bounds[1],
                bounds[2],
                bounds[3]);
        return new RangeQuery(range, RangeQuery.isSortOption(sortOrder, sortTarget));
    }

    /** {@code LeaseKeepAliveRequest}: the lease's id. */
    static long keepAlive(CodedInputStream in) throws IOException {
        long leaseId = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == 1 << 3) {
                leaseId = in.readInt64();
            } else {
                in.skipField(tag);
            }
        }
        return leaseId;
    }

    private static ByteSequence bytes(CodedInputStream in) throws IOException {
        return ByteSequence.wrap(in.readByteArray());
    }
}
