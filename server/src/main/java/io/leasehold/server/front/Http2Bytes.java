package io.leasehold.server.front;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.CharsetUtil;
import java.nio.charset.StandardCharsets;

/** The few HTTP/2 frames (RFC 9113) that are written and told apart by hand, before a connection has its codec. */
final class Http2Bytes {
    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    static final int FRAME_HEADER_BYTES = 9;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int SETTINGS = 4;
    static final int GO_AWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int FLAG_END_HEADERS = 0x4;
    static final int FLAG_PADDED = 0x8;
    static final int FLAG_PRIORITY = 0x20;

    private static final int SETTING_MAX_CONCURRENT_STREAMS = 3;
    private static final int SETTING_BYTES = 6;
    private static final int GO_AWAY_BYTES = 8;
    private static final int INADEQUATE_SECURITY = 0xc;

    private Http2Bytes() {}

    /** A server's first frame: how many streams a client may open; nothing in it when there is no bound. */
    static ByteBuf settings(int maxConcurrentStreams) {
        boolean bounded = maxConcurrentStreams < Integer.MAX_VALUE;
        ByteBuf frame = Unpooled.buffer(FRAME_HEADER_BYTES + SETTING_BYTES);
        writeHeader(frame, bounded ? SETTING_BYTES : 0, SETTINGS);
        if (bounded) {
            frame.writeShort(SETTING_MAX_CONCURRENT_STREAMS).writeInt(maxConcurrentStreams);
        }
        return frame;
    }

    /** All a server says to a client it does not serve. */
    static ByteBuf settingsAndGoAway(String reason) {
        ByteBuf frames = settings(Integer.MAX_VALUE);
        byte[] text = reason.getBytes(CharsetUtil.UTF_8);
        writeHeader(frames, GO_AWAY_BYTES + text.length, GO_AWAY);
        return frames.writeInt(0).writeInt(INADEQUATE_SECURITY).writeBytes(text);
    }

    private static void writeHeader(ByteBuf frame, int length, int type) {
        frame.writeMedium(length).writeByte(type).writeByte(0).writeInt(0);
    }
}
