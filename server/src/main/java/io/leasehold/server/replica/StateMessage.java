package io.leasehold.server.replica;

import io.leasehold.raft.PeerNetwork;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is said when one member fetches the state of another. The fetching one asks for each piece, so that nothing is sent
 * faster than it is written, and asks again for what was lost.
 */
sealed interface StateMessage {

    /** Please make an image of the state. */
    record Fetch() implements StateMessage {}

    /** An image is there: its files with their lengths. */
    record Image(long imageId, Map<String, Long> files) implements StateMessage {
        public Image {
            files = new LinkedHashMap<>(files);
        }
    }

    /** Please send a piece; the number of the file is its place in the image. */
    record Read(long imageId, int file, long offset) implements StateMessage {}

    /** A piece; empty when the image is gone. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared; it goes from the network to a file.
    record Piece(long imageId, int file, long offset, byte[] bytes) implements StateMessage {}

    /** The bytes of a message, its topic first. */
    static byte[] encode(StateMessage message) {
        return switch (message) {
            case Fetch fetch -> begin((byte) 1, 0).array();
            case Image image -> encode(image);
            case Read read ->
                begin((byte) 3, 20)
                        .putLong(read.imageId())
                        .putInt(read.file())
                        .putLong(read.offset())
                        .array();
            case Piece piece ->
                begin((byte) 4, 20 + piece.bytes().length)
                        .putLong(piece.imageId())
                        .putInt(piece.file())
                        .putLong(piece.offset())
                        .put(piece.bytes())
                        .array();
        };
    }

    /**
     * The message in a buffer behind the topic's byte.
     *
     * @throws RuntimeException if it is not whole
     */
    static StateMessage decode(ByteBuffer in) {
        byte type = in.get();
        return switch (type) {
            case 1 -> new Fetch();
            case 2 -> decodeImage(in);
            case 3 -> new Read(in.getLong(), in.getInt(), in.getLong());
            case 4 -> {
                long imageId = in.getLong();
                int file = in.getInt();
                long offset = in.getLong();
                byte[] bytes = new byte[in.remaining()];
                in.get(bytes);
                yield new Piece(imageId, file, offset, bytes);
            }
            default -> throw new IllegalArgumentException("a message of the unknown type " + type);
        };
    }

    @SuppressWarnings("ByteBufferBackingArray") // All of them are begun over an array of just their length.
    private static ByteBuffer begin(byte type, int bodyBytes) {
        return ByteBuffer.wrap(new byte[2 + bodyBytes])
                .put(PeerNetwork.Topic.SNAPSHOT.code())
                .put(type);
    }

    private static byte[] encode(Image image) {
        StringBuilder lines = new StringBuilder();
        image.files()
                .forEach((name, length) ->
                        lines.append(length).append(' ').append(name).append('\n'));
        byte[] text = lines.toString().getBytes(StandardCharsets.UTF_8);
        return begin((byte) 2, Long.BYTES + text.length)
                .putLong(image.imageId())
                .put(text)
                .array();
    }

    private static Image decodeImage(ByteBuffer in) {
        long imageId = in.getLong();
        Map<String, Long> files = new LinkedHashMap<>();
        for (String line : StandardCharsets.UTF_8.decode(in).toString().lines().toList()) {
            int blank = line.indexOf(' ');
            files.put(line.substring(blank + 1), Long.parseLong(line.substring(0, blank)));
        }
        return new Image(imageId, files);
    }
}
