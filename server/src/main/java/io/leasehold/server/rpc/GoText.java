package io.leasehold.server.rpc;

import io.leasehold.protocol.ErrorCode;

/** How a refusal reads where etcd lets the text out that Go's gRPC makes of a status; clients look into it. */
final class GoText {
    private GoText() {}

    static String of(ErrorCode code) {
        return "rpc error: code = " + name(code) + " desc = " + code.message();
    }

    /** Go's name of the code: PermissionDenied for PERMISSION_DENIED. */
    private static String name(ErrorCode code) {
        StringBuilder name = new StringBuilder();
        boolean first = true;
        for (char letter : code.code().name().toCharArray()) {
            if (letter == '_') {
                first = true;
            } else {
                name.append(first ? letter : Character.toLowerCase(letter));
                first = false;
            }
        }
        return name.toString();
    }
}
