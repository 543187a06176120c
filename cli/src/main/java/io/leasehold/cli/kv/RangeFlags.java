package io.leasehold.cli.kv;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Arguments;
import java.util.List;
import picocli.CommandLine.Option;

/** The flags that make a range of a key. */
final class RangeFlags {
    private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

    @Option(names = "--prefix", arity = "0..1", fallbackValue = "true", description = "all keys with this prefix")
    private boolean prefix;

    @Option(names = "--from-key", arity = "0..1", fallbackValue = "true", description = "all keys from this one on")
    private boolean fromKey;

    /** A range as requests have it. */
    record Keys(ByteString key, ByteString end) {}

    Keys keys(List<String> arguments) {
        if (prefix && fromKey) {
            throw Arguments.bad("`--prefix` and `--from-key` cannot be set at the same time, choose one");
        }
        ByteString key = Arguments.bytes(arguments.get(0));
        if (arguments.size() > 1) {
            if (prefix || fromKey) {
                throw Arguments.bad(
                        "too many arguments, only accept one argument when `--prefix` or `--from-key` is set");
            }
            return new Keys(key, Arguments.bytes(arguments.get(1)));
        }
        if (prefix) {
            return key.isEmpty() ? new Keys(ZERO, ZERO) : new Keys(key, Arguments.prefixEnd(key));
        }
        if (fromKey) {
            return new Keys(key.isEmpty() ? ZERO : key, ZERO);
        }
        return new Keys(key, ByteString.EMPTY);
    }
}
