package io.leasehold.server.rpc;

/** A response that writes its own protobuf bytes. Immutable, any thread. */
interface WireMessage {
    /** Bytes {@link #writeTo} writes; computed once. */
    int encodedLength();

    /** Writes the message's fields, without tag and length of its own. */
    void writeTo(WireOutput out);
}
