package io.leasehold.server.gateway;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts what comes in pieces into JSON objects, one behind the other with nothing but blanks between. Looks at braces and
 * quotes alone: whether what it cuts out is JSON is for others to say. Holds one object at most. One thread.
 */
final class JsonObjects {
    private final int maxBytes;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private int depth;
    private boolean quoted;
    private boolean escaped;
    private boolean broken;

    /** An object of more than {@code maxBytes} breaks the stream. */
    JsonObjects(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes a piece in and returns the objects that have come to their end with it. */
    List<byte[]> add(byte[] piece) {
        List<byte[]> objects = new ArrayList<>();
        int from = 0;
        for (int at = 0; at < piece.length && !broken; at++) {
            if (depth == 0) {
                from = at;
                open(piece[at]);
            } else if (closes(piece[at])) {
                keep(piece, from, at + 1);
                objects.add(begun.toByteArray());
                begun.reset();
            }
        }
        if (depth > 0) {
            keep(piece, from, piece.length);
        }
        return objects;
    }

    /** Whether something came that begins no object, or one that is too large: whatever follows means nothing. */
    boolean isBroken() {
        return broken;
    }

    private void keep(byte[] piece, int from, int to) {
        begun.write(piece, from, to - from);
        broken |= begun.size() > maxBytes;
    }

    private void open(byte at) {
        if (at == '{') {
            depth = 1;
        } else {
            broken = at != ' ' && at != '\n' && at != '\r' && at != '\t';
        }
    }

    /** Goes on within an object; whether it ends here. */
    private boolean closes(byte at) {
        if (escaped) {
            escaped = false;
        } else if (quoted) {
            escaped = at == '\\';
            quoted = at != '"';
        } else {
            quoted = at == '"';
            depth += at == '{' || at == '[' ? 1 : at == '}' || at == ']' ? -1 : 0;
        }
        return depth == 0;
    }
}
