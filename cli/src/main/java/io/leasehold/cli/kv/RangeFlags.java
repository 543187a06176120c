package io.leasehold.cli.kv;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import java.util.List;

/** The flags that make a range of a key. */
final class RangeFlags {
    private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

    private final Flag<Boolean> prefix;
    private final Flag<Boolean> fromKey;

    /** Declares them. */
    RangeFlags(Flags flags) {
        prefix = flags.toggle("prefix", "all keys with this prefix");
        fromKey = flags.toggle("from-key", "all keys from this one on");
    }

    /** A range as requests have it. */
    record Keys(ByteString key, ByteString end) {}

    boolean isPrefix() {
        return prefix.value();
    }

    Keys keys(List<String> arguments) {
        if (prefix.value() && fromKey.value()) {
            throw Arguments.bad("`--prefix` and `--from-key` cannot be set at the same time, choose one");
        }
        ByteString key = Arguments.bytes(arguments.get(0));
        if (arguments.size() > 1) {
            if (prefix.value() || fromKey.value()) {
                throw Arguments.bad(
                        "too many arguments, only accept one argument when `--prefix` or `--from-key` is set");
            }
            return new Keys(key, Arguments.bytes(arguments.get(1)));
        }
        if (prefix.value()) {
            return key.isEmpty() ? new Keys(ZERO, ZERO) : new Keys(key, Arguments.prefixEnd(key));
        }
        if (fromKey.value()) {
            return new Keys(key.isEmpty() ? ZERO : key, ZERO);
        }
        return new Keys(key, ByteString.EMPTY);
    }
}
