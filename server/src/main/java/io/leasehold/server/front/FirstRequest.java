package io.leasehold.server.front;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * Looks, without taking anything away, at what an HTTP/2 client has sent so far, and says whether its first request is
 * gRPC. Its headers are decoded by a decoder that is thrown away: whoever serves the connection decodes them again.
 */
final class FirstRequest {
    /** What is known of the first request. */
    enum Kind {
        /** The client waits for the server's settings before it says more, as some gRPC clients do. */
        WAITS,
        /** Its headers have begun and are not all there. */
        INCOMPLETE,
        /** It is gRPC, or something that gRPC's server shall find fault with. */
        GRPC,
        /** It is another kind of request. */
        OTHER
    }

    /** Headers longer than this are the business of gRPC's server, which refuses them. */
    private static final int HEADER_BYTES_MAX = 16 * 1024;

    /** Frames without a request that a client may send ahead; more are no greeting. */
    private static final int GREETING_BYTES_MAX = 4 * HEADER_BYTES_MAX;

    private static final String GRPC_CONTENT = "application/grpc";

    private FirstRequest() {}

    /** Looks at the bytes from the reader index on, where the client's preface begins; tells the headers once there are any. */
    static Kind of(ByteBuf in, HeaderTrace trace) {
        int at = in.readerIndex() + Http2Bytes.PREFACE.length;
        boolean settingsSeen = false;
        if (in.readableBytes() > GREETING_BYTES_MAX) {
            return Kind.GRPC;
        }
        while (in.writerIndex() - at >= Http2Bytes.FRAME_HEADER_BYTES) {
            int length = in.getUnsignedMedium(at);
            int type = in.getUnsignedByte(at + 3);
            if (type == Http2Bytes.HEADERS) {
                return headers(in, at, trace);
            }
            if (type != Http2Bytes.SETTINGS && type != Http2Bytes.WINDOW_UPDATE && type != Http2Bytes.PRIORITY) {
                return Kind.GRPC;
            }
            if (length > HEADER_BYTES_MAX) {
                return Kind.GRPC;
            }
            settingsSeen = true;
            at += Http2Bytes.FRAME_HEADER_BYTES + length;
        }
        return settingsSeen && at <= in.writerIndex() ? Kind.WAITS : Kind.INCOMPLETE;
    }

    private static Kind headers(ByteBuf in, int start, HeaderTrace trace) {
        ByteBuf block = Unpooled.buffer();
        int at = start;
        boolean ended = false;
        while (!ended) {
            if (in.writerIndex() - at < Http2Bytes.FRAME_HEADER_BYTES) {
                return Kind.INCOMPLETE;
            }
            int length = in.getUnsignedMedium(at);
            int type = in.getUnsignedByte(at + 3);
            int flags = in.getUnsignedByte(at + 4);
            int payload = at + Http2Bytes.FRAME_HEADER_BYTES;
            if (block.readableBytes() + length > HEADER_BYTES_MAX || (at != start && type != Http2Bytes.CONTINUATION)) {
                return Kind.GRPC;
            }
            if (in.writerIndex() - payload < length) {
                return Kind.INCOMPLETE;
            }
            if (!append(block, in, payload, length, at == start ? flags : 0)) {
                return Kind.GRPC;
            }
            ended = (flags & Http2Bytes.FLAG_END_HEADERS) != 0;
            at = payload + length;
        }
        return decoded(block, trace);
    }

    /** Adds a frame's part of the headers, without padding and priority; false when the frame is malformed. */
    private static boolean append(ByteBuf block, ByteBuf in, int payload, int length, int flags) {
        int from = payload;
        int until = payload + length;
        if ((flags & Http2Bytes.FLAG_PADDED) != 0 && length > 0) {
            until -= in.getUnsignedByte(from++);
        }
        if ((flags & Http2Bytes.FLAG_PRIORITY) != 0) {
            from += 5;
        }
        if (from > until) {
            return false;
        }
        block.writeBytes(in, from, until - from);
        return true;
    }

    private static Kind decoded(ByteBuf block, HeaderTrace trace) {
        try {
            Http2Headers headers = new DefaultHttp2HeadersDecoder(false, HEADER_BYTES_MAX).decodeHeaders(1, block);
            trace.tell(headers);
            CharSequence content = headers.get("content-type");
            return content != null && content.toString().startsWith(GRPC_CONTENT) ? Kind.GRPC : Kind.OTHER;
        } catch (Http2Exception malformed) {
            return Kind.GRPC;
        }
    }
}
