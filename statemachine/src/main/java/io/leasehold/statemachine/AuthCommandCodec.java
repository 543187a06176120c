package io.leasehold.statemachine;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.statemachine.auth.Permission;

/** The bodies of commands about users and roles inside an entry (see {@link EntryCodec}). */
final class AuthCommandCodec {
    /** Far above those of {@link CommandCodec}, so that both lists can grow. */
    private static final int FIRST_TYPE = 64;

    private static final int ENABLE = FIRST_TYPE;
    private static final int DISABLE = FIRST_TYPE + 1;
    private static final int USER_ADD = FIRST_TYPE + 2;
    private static final int USER_DELETE = FIRST_TYPE + 3;
    private static final int USER_CHANGE_PASSWORD = FIRST_TYPE + 4;
    private static final int USER_GRANT_ROLE = FIRST_TYPE + 5;
    private static final int USER_REVOKE_ROLE = FIRST_TYPE + 6;
    private static final int ROLE_ADD = FIRST_TYPE + 7;
    private static final int ROLE_DELETE = FIRST_TYPE + 8;
    private static final int ROLE_GRANT_PERMISSION = FIRST_TYPE + 9;
    private static final int ROLE_REVOKE_PERMISSION = FIRST_TYPE + 10;
    private static final int AUTHENTICATE = FIRST_TYPE + 11;

    private static final Permission.Type[] PERMISSION_TYPES = Permission.Type.values();

    private AuthCommandCodec() {}

    static int type(AuthCommand command) {
        return switch (command) {
            case AuthCommand.Enable enable -> ENABLE;
            case AuthCommand.Disable disable -> DISABLE;
            case AuthCommand.UserAdd add -> USER_ADD;
            case AuthCommand.UserDelete delete -> USER_DELETE;
            case AuthCommand.UserChangePassword change -> USER_CHANGE_PASSWORD;
            case AuthCommand.UserGrantRole grant -> USER_GRANT_ROLE;
            case AuthCommand.UserRevokeRole revoke -> USER_REVOKE_ROLE;
            case AuthCommand.RoleAdd add -> ROLE_ADD;
            case AuthCommand.RoleDelete delete -> ROLE_DELETE;
            case AuthCommand.RoleGrantPermission grant -> ROLE_GRANT_PERMISSION;
            case AuthCommand.RoleRevokePermission revoke -> ROLE_REVOKE_PERMISSION;
            case AuthCommand.Authenticate authenticate -> AUTHENTICATE;
        };
    }

    static int length(AuthCommand command) {
        return switch (command) {
            case AuthCommand.Enable enable -> 0;
            case AuthCommand.Disable disable -> 0;
            case AuthCommand.UserAdd add -> textLength(add.name()) + textLength(add.passwordHash()) + 1;
            case AuthCommand.UserDelete delete -> textLength(delete.name());
            case AuthCommand.UserChangePassword change -> textLength(change.name()) + textLength(change.passwordHash());
            case AuthCommand.UserGrantRole grant -> textLength(grant.userName()) + textLength(grant.roleName());
            case AuthCommand.UserRevokeRole revoke -> textLength(revoke.userName()) + textLength(revoke.roleName());
            case AuthCommand.RoleAdd add -> textLength(add.name());
            case AuthCommand.RoleDelete delete -> textLength(delete.name());
            case AuthCommand.RoleGrantPermission grant ->
                textLength(grant.roleName()) + 1 + length(grant.permission().range());
            case AuthCommand.RoleRevokePermission revoke -> textLength(revoke.roleName()) + length(revoke.range());
            case AuthCommand.Authenticate authenticate ->
                textLength(authenticate.userName())
                        + ByteWriter.varintLength(authenticate.authRevision())
                        + ByteWriter.bytesLength(authenticate.tokenDigest());
        };
    }

    static void encode(AuthCommand command, ByteWriter out) {
        switch (command) {
            case AuthCommand.Enable enable -> {}
            case AuthCommand.Disable disable -> {}
            case AuthCommand.UserAdd add -> {
                writeTexts(out, add.name(), add.passwordHash());
                out.writeByte(add.noPassword() ? 1 : 0);
            }
            case AuthCommand.UserDelete delete -> writeTexts(out, delete.name());
            case AuthCommand.UserChangePassword change -> writeTexts(out, change.name(), change.passwordHash());
            case AuthCommand.UserGrantRole grant -> writeTexts(out, grant.userName(), grant.roleName());
            case AuthCommand.UserRevokeRole revoke -> writeTexts(out, revoke.userName(), revoke.roleName());
            case AuthCommand.RoleAdd add -> writeTexts(out, add.name());
            case AuthCommand.RoleDelete delete -> writeTexts(out, delete.name());
            case AuthCommand.RoleGrantPermission grant -> {
                writeTexts(out, grant.roleName());
                out.writeEnum(grant.permission().type());
                write(grant.permission().range(), out);
            }
            case AuthCommand.RoleRevokePermission revoke -> {
                writeTexts(out, revoke.roleName());
                write(revoke.range(), out);
            }
            case AuthCommand.Authenticate authenticate -> {
                writeTexts(out, authenticate.userName());
                out.writeVarint(authenticate.authRevision());
                out.writeBytes(authenticate.tokenDigest());
            }
        }
    }

    static AuthCommand decode(int type, ByteReader in) {
        return switch (type) {
            case ENABLE -> new AuthCommand.Enable();
            case DISABLE -> new AuthCommand.Disable();
            case USER_ADD -> new AuthCommand.UserAdd(text(in), text(in), in.readByte() != 0);
            case USER_DELETE -> new AuthCommand.UserDelete(text(in));
            case USER_CHANGE_PASSWORD -> new AuthCommand.UserChangePassword(text(in), text(in));
            case USER_GRANT_ROLE -> new AuthCommand.UserGrantRole(text(in), text(in));
            case USER_REVOKE_ROLE -> new AuthCommand.UserRevokeRole(text(in), text(in));
            case ROLE_ADD -> new AuthCommand.RoleAdd(text(in));
            case ROLE_DELETE -> new AuthCommand.RoleDelete(text(in));
            case ROLE_GRANT_PERMISSION ->
                new AuthCommand.RoleGrantPermission(text(in), new Permission(in.readEnum(PERMISSION_TYPES), range(in)));
            case ROLE_REVOKE_PERMISSION -> new AuthCommand.RoleRevokePermission(text(in), range(in));
            case AUTHENTICATE -> new AuthCommand.Authenticate(text(in), in.readVarint(), in.readBytes());
            default -> throw in.malformed("command of unknown type " + type);
        };
    }

    private static int textLength(String text) {
        return ByteWriter.bytesLength(ByteSequence.utf8(text));
    }

    private static void writeTexts(ByteWriter out, String... texts) {
        for (String text : texts) {
            out.writeBytes(ByteSequence.utf8(text));
        }
    }

    private static String text(ByteReader in) {
        return in.readBytes().toUtf8();
    }

    private static int length(KeyRange range) {
        return ByteWriter.bytesLength(range.key()) + ByteWriter.bytesLength(range.end());
    }

    private static void write(KeyRange range, ByteWriter out) {
        out.writeBytes(range.key());
        out.writeBytes(range.end());
    }

    private static KeyRange range(ByteReader in) {
        return KeyRange.of(in.readBytes(), in.readBytes());
    }
}
