package io.leasehold.statemachine;

import java.nio.ByteBuffer;
import java.util.List;

/** stub */
@SuppressWarnings("DoNotCallSuggester")
public final class EntryCodec {
    private EntryCodec() {}

    /** Encoded length. */
    public static int encodedLength(Proposal proposal) {
        throw new UnsupportedOperationException("not yet" + proposal);
    }

    /** Encodes. */
    public static byte[] encode(List<Proposal> proposals) {
        throw new UnsupportedOperationException("not yet" + proposals);
    }

    /** Decodes. */
    public static List<Proposal> decode(ByteBuffer entry) {
        throw new UnsupportedOperationException("not yet" + entry);
    }
}
