package io.leasehold.server.rpc;

/** {@code etcdserverpb.ResponseHeader}; zeros are left out. */
record Header(long clusterId, long memberId, long revision, long term) implements WireMessage {
    /** What a transaction nested in another one answers with: there, but empty. */
    static final Header EMPTY = new Header(0, 0, 0, 0);

    /** The header of an answer inside a transaction's. */
    static Header inner(long revision) {
        return revision == 0 ? EMPTY : new Header(0, 0, revision, 0);
    }

    @Override
    public int encodedLength() {
        return WireOutput.lengthOf(clusterId)
                + WireOutput.lengthOf(memberId)
                + WireOutput.lengthOf(revision)
                + WireOutput.lengthOf(term);
    }

    @Override
    public void writeTo(WireOutput out) {
        out.varint(1, clusterId);
        out.varint(2, memberId);
        out.varint(3, revision);
        out.varint(4, term);
    }
}
