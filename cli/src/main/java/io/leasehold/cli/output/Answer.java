package io.leasehold.cli.output;

import com.google.protobuf.Message;
import io.leasehold.cli.CtlException;
import java.util.List;

/** What a command has to say, in whatever format is asked for. */
public interface Answer {
    /** For people and scripts: whole lines. */
    void simple(Simple out);

    /** One line of JSON, without its end. */
    String json();

    /** A line for each field. */
    void fields(Fields out);

    /** The message as it came; formats that have none refuse. */
    default Message protobuf() {
        throw notSupported("protobuf");
    }

    /** The rows of a table, the first with the heads of its columns; most answers are none. */
    default List<List<String>> table() {
        throw notSupported("table");
    }

    /** The refusal of a format, in etcdctl's words. */
    static CtlException notSupported(String format) {
        return new CtlException(CtlException.Code.BAD_FEATURE, format + " not supported as output format");
    }

    /** An answer that says the same few words in every format. */
    static Answer words(String line) {
        return new Answer() {
            @Override
            public void simple(Simple out) {
                out.line(line);
            }

            @Override
            public String json() {
                return line;
            }

            @Override
            public void fields(Fields out) {
                throw new IllegalStateException("printed as it is");
            }
        };
    }
}
