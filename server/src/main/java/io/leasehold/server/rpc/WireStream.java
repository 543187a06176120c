package io.leasehold.server.rpc;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way out. gRPC's Netty transport drains it into its own buffers; whoever reads it instead (the
 * in-process transport, compression) gets the same bytes from a copy. Used by one thread at a time.
 */
final class WireStream extends InputStream implements KnownLength, Drainable {
    private @Nullable WireMessage message;
    private @Nullable InputStream copy;

    WireStream(WireMessage message) {
        this.message = message;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
        WireMessage unread = message;
        if (unread == null) {
            return copy == null ? 0 : Math.toIntExact(copy.transferTo(target));
        }
        message = null;
        try {
            write(unread, target);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return unread.encodedLength();
    }

    @Override
    public int available() throws IOException {
        if (message != null) {
            return message.encodedLength();
        }
        return copy == null ? 0 : copy.available();
    }

    @Override
    public int read() throws IOException {
        InputStream bytes = copied();
        return bytes == null ? -1 : bytes.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        InputStream bytes = copied();
        return bytes == null ? -1 : bytes.read(target, offset, length);
    }

    private @Nullable InputStream copied() {
        WireMessage unread = message;
        if (unread != null) {
            message = null;
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(unread.encodedLength());
            write(unread, bytes);
            copy = new ByteArrayInputStream(bytes.toByteArray());
        }
        return copy;
    }

    private static void write(WireMessage message, OutputStream target) {
        WireOutput out = new WireOutput(target, message.encodedLength());
        message.writeTo(out);
        out.flush();
    }
}
