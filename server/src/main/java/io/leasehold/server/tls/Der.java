package io.leasehold.server.tls;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The little of ASN.1's distinguished encoding (X.690) that certificates and private keys are wrapped in. Pure functions. */
final class Der {
    static final int BOOLEAN = 0x01;
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_ID = 0x06;
    static final int UTF8_STRING = 0x0c;
    static final int UTC_TIME = 0x17;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    private Der() {}

    /** One element: tag, length, and the contents one behind the other. */
    static byte[] element(int tag, byte[]... contents) {
        int length = 0;
        for (byte[] content : contents) {
            length += content.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        writeLength(out, length);
        for (byte[] content : contents) {
            out.writeBytes(content);
        }
        return out.toByteArray();
    }

    static byte[] text(int tag, String text) {
        return element(tag, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Bits without a remainder. */
    static byte[] bits(byte[] bytes) {
        return element(BIT_STRING, new byte[] {0}, bytes);
    }

    /** An object identifier of dotted numbers. */
    static byte[] objectId(String dotted) {
        String[] parts = dotted.split("\\.", -1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(Integer.parseInt(parts[0]) * 40 + Integer.parseInt(parts[1]));
        for (int at = 2; at < parts.length; at++) {
            int number = Integer.parseInt(parts[at]);
            for (int shift = 28; shift > 0; shift -= 7) {
                if (number >>> shift != 0) {
                    out.write(0x80 | ((number >>> shift) & 0x7f));
                }
            }
            out.write(number & 0x7f);
        }
        return element(OBJECT_ID, out.toByteArray());
    }

    /**
     * The first element inside an element, whole.
     *
     * @throws IllegalArgumentException when the bytes are no such thing
     */
    static byte[] firstInside(byte[] element) {
        int start = contentStart(element, 0);
        return Arrays.copyOfRange(element, start, contentStart(element, start) + contentLength(element, start));
    }

    private static void writeLength(ByteArrayOutputStream out, int length) {
        if (length < 0x80) {
            out.write(length);
            return;
        }
        int bytes = (39 - Integer.numberOfLeadingZeros(length)) / 8;
        out.write(0x80 | bytes);
        for (int at = bytes - 1; at >= 0; at--) {
            out.write(length >>> (8 * at));
        }
    }

    private static int contentStart(byte[] bytes, int at) {
        check(at + 2 <= bytes.length);
        int first = bytes[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int contentLength(byte[] bytes, int at) {
        int first = bytes[at + 1] & 0xff;
        int start = contentStart(bytes, at);
        check(start <= bytes.length && start - at <= 6);
        int length = first;
        if (first >= 0x80) {
            length = 0;
            for (int each = at + 2; each < start; each++) {
                length = (length << 8) | (bytes[each] & 0xff);
            }
        }
        check(length >= 0 && length <= bytes.length - start);
        return length;
    }

    private static void check(boolean whole) {
        if (!whole) {
            throw new IllegalArgumentException("expected a whole DER element, got a cut one");
        }
    }
}
