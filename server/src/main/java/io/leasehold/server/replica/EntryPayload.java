package io.leasehold.server.replica;

import io.leasehold.statemachine.EntryCodec;
import io.leasehold.statemachine.Proposal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one entry of the log holds: commands as {@link EntryCodec} writes them, and before them where those came from that
 * were forwarded.
 *
 * <pre>
 * payload := [0xF0 count (4 bytes) (position (4) member id (8) sequence (8))*] entry
 * </pre>
 *
 * Entries without forwarded commands have no such head, and are as they were before there was one.
 *
 * @param origins as long as {@code proposals}, null where a command was not forwarded; empty when none was
 */
record EntryPayload(List<Proposal> proposals, List<@Nullable Origin> origins) {

    private static final byte ORIGINS = (byte) 0xF0;
    private static final int HEAD_BYTES = 1 + Integer.BYTES;
    private static final int ORIGIN_BYTES = Integer.BYTES + 2 * Long.BYTES;

    /** The bytes of an entry with these commands, in this order. */
    static byte[] encode(List<PendingCommand> commands) {
        List<Proposal> proposals = new ArrayList<>(commands.size());
        int forwarded = 0;
        for (PendingCommand command : commands) {
            proposals.add(command.proposal);
            forwarded += command.origin == null ? 0 : 1;
        }
        byte[] entry = EntryCodec.encode(proposals);
        if (forwarded == 0) {
            return entry;
        }
        ByteBuffer payload = ByteBuffer.allocate(HEAD_BYTES + forwarded * ORIGIN_BYTES + entry.length)
                .put(ORIGINS)
                .putInt(forwarded);
        for (int i = 0; i < commands.size(); i++) {
            Origin origin = commands.get(i).origin;
            if (origin != null) {
                payload.putInt(i).putLong(origin.memberId()).putLong(origin.sequence());
            }
        }
        return payload.put(entry).array();
    }

    /**
     * What {@link #encode} was given. The buffer's position is left as it is.
     *
     * @throws RuntimeException if the entry is anything else: this replica cannot go on
     */
    static EntryPayload decode(ByteBuffer payload) {
        ByteBuffer in = payload.slice();
        if (!in.hasRemaining() || in.get(0) != ORIGINS) {
            return new EntryPayload(EntryCodec.decode(payload), List.of());
        }
        in.get();
        int forwarded = in.remaining() < Integer.BYTES ? -1 : in.getInt();
        if (forwarded < 0 || forwarded > in.remaining() / ORIGIN_BYTES) {
            throw new IllegalStateException(
                    forwarded + " origins in " + in.remaining() + " bytes at " + payload.position());
        }
        ByteBuffer heads = in.slice(in.position(), forwarded * ORIGIN_BYTES);
        in.position(in.position() + forwarded * ORIGIN_BYTES);
        List<Proposal> proposals = EntryCodec.decode(in.slice());
        List<@Nullable Origin> origins = new ArrayList<>(proposals.size());
        proposals.forEach(proposal -> origins.add(null));
        for (int i = 0; i < forwarded; i++) {
            int position = heads.getInt();
            if (position < 0 || position >= origins.size()) {
                throw new IllegalStateException("origin of command " + position + " of " + origins.size());
            }
            origins.set(position, new Origin(heads.getLong(), heads.getLong()));
        }
        return new EntryPayload(proposals, origins);
    }

    /** Where a command came from; null if the leader had it from a client itself. */
    @Nullable
    Origin origin(int position) {
        return origins.isEmpty() ? null : origins.get(position);
    }
}
