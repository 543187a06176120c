package io.leasehold.server.rpc;

/** {@code LeaseKeepAliveResponse}. */
record KeepAliveReply(Header header, long leaseId, long ttlSeconds) implements WireMessage {
    @Override
    public int encodedLength() {
        return WireOutput.lengthOf(header) + WireOutput.lengthOf(leaseId) + WireOutput.lengthOf(ttlSeconds);
    }

    @Override
    public void writeTo(WireOutput out) {
        out.message(1, header);
        out.varint(2, leaseId);
        out.varint(3, ttlSeconds);
    }
}
