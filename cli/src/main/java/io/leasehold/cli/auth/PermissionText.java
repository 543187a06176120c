package io.leasehold.cli.auth;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Arguments;
import io.leasehold.protocol.authpb.Permission;
import io.leasehold.protocol.etcdserverpb.AuthRoleGetResponse;

/** Permissions as etcdctl writes them. Pure functions. */
final class PermissionText {
    /** The end of a range that has none. */
    static final ByteString OPEN_END = ByteString.copyFrom(new byte[1]);

    private PermissionText() {}

    /** What a role may read, and what it may write. */
    static String of(String role, AuthRoleGetResponse response) {
        return "Role " + role + "\nKV Read:" + without(Permission.Type.WRITE, response) + "\nKV Write:"
                + without(Permission.Type.READ, response);
    }

    /** A range with its ends. */
    static String range(ByteString key, ByteString end) {
        return "[" + key.toStringUtf8() + ", " + (end.equals(OPEN_END) ? "<open ended>" : end.toStringUtf8() + ")");
    }

    private static String without(Permission.Type type, AuthRoleGetResponse response) {
        StringBuilder lines = new StringBuilder();
        for (Permission permission : response.getPermList()) {
            if (permission.getPermType() != type) {
                lines.append("\n\t").append(described(permission));
            }
        }
        return lines.toString();
    }

    private static String described(Permission permission) {
        ByteString key = permission.getKey();
        ByteString end = permission.getRangeEnd();
        if (end.isEmpty()) {
            return key.toStringUtf8();
        }
        boolean isPrefix = end.equals(Arguments.prefixEnd(key)) && !end.equals(OPEN_END);
        return range(key, end) + (isPrefix ? " (prefix " + key.toStringUtf8() + ")" : "");
    }
}
