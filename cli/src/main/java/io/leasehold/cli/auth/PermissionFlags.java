package io.leasehold.cli.auth;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.protocol.authpb.Permission;
import java.util.List;

/** The flags that make a range of a key, for commands about permissions. */
final class PermissionFlags {
    private final Flag<Boolean> prefix;
    private final Flag<Boolean> fromKey;

    PermissionFlags(Flags flags) {
        this.prefix = flags.toggle("prefix", "all keys with this prefix");
        this.fromKey = flags.toggle("from-key", "all keys from this one on");
    }

    /**
     * A permission of what the flags and arguments name, without its type.
     *
     * @param keys the key, and possibly the end of the range
     * @throws io.leasehold.cli.CtlException if flags and arguments contradict each other
     */
    Permission.Builder permission(List<String> keys) {
        boolean isRange = prefix.value() || fromKey.value();
        if (prefix.value() && fromKey.value()) {
            throw Arguments.bad("--from-key and --prefix flags are mutually exclusive");
        }
        if (isRange && keys.size() > 1) {
            throw Arguments.bad(
                    "unexpected endkey argument with --" + (prefix.value() ? "prefix" : "from-key") + " flag");
        }
        ByteString key = Arguments.bytes(keys.get(0));
        if (key.isEmpty()) {
            // The server knows no empty key: this is the first of all keys.
            return Permission.newBuilder()
                    .setKey(PermissionText.OPEN_END)
                    .setRangeEnd(isRange ? PermissionText.OPEN_END : ByteString.EMPTY);
        }
        return Permission.newBuilder().setKey(key).setRangeEnd(end(key, keys));
    }

    private ByteString end(ByteString key, List<String> keys) {
        if (prefix.value()) {
            return Arguments.prefixEnd(key);
        }
        if (fromKey.value()) {
            return PermissionText.OPEN_END;
        }
        return keys.size() > 1 ? Arguments.bytes(keys.get(1)) : ByteString.EMPTY;
    }
}
