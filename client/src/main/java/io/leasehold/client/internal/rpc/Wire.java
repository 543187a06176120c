package io.leasehold.client.internal.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.leasehold.client.call.Header;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;

/** Between the API's types and the wire's. */
public final class Wire {
    private Wire() {}

    /** The same bytes, not copied. */
    public static ByteString bytes(ByteSequence sequence) {
        return sequence.isEmpty() ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(sequence.asReadOnlyBuffer());
    }

    /** The same bytes, copied. */
    public static ByteSequence sequence(ByteString bytes) {
        return ByteSequence.wrap(bytes.toByteArray());
    }

    /** The header of an answer. */
    public static Header header(ResponseHeader header) {
        return new Header(header.getClusterId(), header.getMemberId(), header.getRevision(), header.getRaftTerm());
    }
}
