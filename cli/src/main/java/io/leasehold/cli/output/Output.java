package io.leasehold.cli.output;

import io.leasehold.cli.CtlException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;

/** Prints answers in the format asked for. One thread. */
public final class Output {
    private final PrintStream out;
    private final Format format;
    private final boolean hex;

    /** etcdctl's formats. */
    public enum Format {
        SIMPLE,
        JSON,
        FIELDS,
        TABLE,
        PROTOBUF;

        /** The format of that name in lower case. */
        static Optional<Format> of(String name) {
            for (Format format : values()) {
                if (format.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return Optional.of(format);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * Prints to a stream.
     *
     * @param format the name of a format
     * @throws CtlException if there is no such format
     */
    public Output(PrintStream out, String format, boolean hex) {
        this.out = out;
        this.hex = hex;
        this.format = Format.of(format)
                .orElseThrow(() -> new CtlException(CtlException.Code.BAD_FEATURE, "unsupported output format"));
    }

    /** The format asked for. */
    public Format format() {
        return format;
    }

    /** Whether keys, values and ids are wanted in hexadecimal. */
    public boolean hex() {
        return hex;
    }

    /** For what is only said simply. */
    public Simple simple() {
        return new Simple(out, hex);
    }

    /** Where it goes. */
    public PrintStream stream() {
        return out;
    }

    /** Prints an answer and flushes. */
    public void print(Answer answer) {
        switch (format) {
            case SIMPLE -> answer.simple(new Simple(out, hex));
            case JSON -> out.print(answer.json() + "\n");
            case FIELDS -> answer.fields(new Fields(out, hex));
            case TABLE -> out.print(Table.of(answer.table()));
            case PROTOBUF -> {
                try {
                    answer.protobuf().writeTo(out);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        out.flush();
    }

    /** Prints a line that has no other form. */
    public void line(String text) {
        out.print(text + "\n");
        out.flush();
    }
}
