package io.leasehold.cli.output;

import io.leasehold.protocol.mvccpb.KeyValue;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The format {@code simple}. Keys and values are written as the bytes they are, or escaped with {@code --hex}. */
public final class Simple {
    private final PrintStream out;
    private final boolean hex;

    /** Prints to a stream. */
    public Simple(PrintStream out, boolean hex) {
        this.out = out;
        this.hex = hex;
    }

    /** Prints a line. */
    public void line(String text) {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Prints a key or a value as a line. */
    public void data(byte[] data) {
        bytes(hex ? GoText.hex(data).getBytes(StandardCharsets.UTF_8) : data);
    }

    /** Prints a key and its value, a line each. */
    public void pair(KeyValue kv) {
        data(kv.getKey().toByteArray());
        data(kv.getValue().toByteArray());
    }

    private void bytes(byte[] line) {
        try {
            out.write(line);
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
