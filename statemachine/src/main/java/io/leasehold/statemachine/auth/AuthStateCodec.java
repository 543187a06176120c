package io.leasehold.statemachine.auth;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The form in which users and roles are stored. Equal states have equal bytes, on every member.
 *
 * <pre>
 * version (1 byte) enabled (1) revision (8) user* role*          lists and texts with their length (4) before them
 * user := name, password hash, no password (1), role name*
 * role := name, permission*
 * permission := type (1), key, end
 * </pre>
 */
public final class AuthStateCodec {
    private static final int VERSION = 1;

    private static final Permission.Type[] TYPES = Permission.Type.values();

    private AuthStateCodec() {}

    /** The state as bytes. */
    public static byte[] encode(AuthState state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeBoolean(state.enabled());
            out.writeLong(state.revision());
            out.writeInt(state.users().size());
            for (User user : state.users()) {
                encode(user, out);
            }
            out.writeInt(state.roles().size());
            for (Role role : state.roles()) {
                encode(role, out);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException("an array in memory could not be written", impossible);
        }
        return bytes.toByteArray();
    }

    /**
     * What {@link #encode} was given.
     *
     * @throws IOException if the bytes are anything else, or of a newer release
     */
    public static AuthState decode(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new IOException("users and roles have format version " + version + ", this release reads " + VERSION);
        }
        boolean enabled = in.readBoolean();
        long revision = in.readLong();
        List<User> users = new ArrayList<>();
        for (int left = readLength(in); left > 0; left--) {
            users.add(decodeUser(in));
        }
        List<Role> roles = new ArrayList<>();
        for (int left = readLength(in); left > 0; left--) {
            roles.add(decodeRole(in));
        }
        if (in.available() != 0) {
            throw new IOException(in.available() + " bytes too many behind the roles");
        }
        return AuthState.of(enabled, revision, users, roles);
    }

    private static void encode(User user, DataOutputStream out) throws IOException {
        writeText(user.name(), out);
        writeText(user.passwordHash(), out);
        out.writeBoolean(user.noPassword());
        out.writeInt(user.roles().size());
        for (String role : user.roles()) {
            writeText(role, out);
        }
    }

    private static User decodeUser(DataInputStream in) throws IOException {
        String name = readText(in);
        String passwordHash = readText(in);
        boolean noPassword = in.readBoolean();
        List<String> roles = new ArrayList<>();
        for (int left = readLength(in); left > 0; left--) {
            roles.add(readText(in));
        }
        return new User(name, passwordHash, noPassword, roles);
    }

    @SuppressWarnings("EnumOrdinal") // Stored by their order, which is only ever added to.
    private static void encode(Role role, DataOutputStream out) throws IOException {
        writeText(role.name(), out);
        out.writeInt(role.permissions().size());
        for (Permission permission : role.permissions()) {
            out.writeByte(permission.type().ordinal());
            writeBytes(permission.range().key().toByteArray(), out);
            writeBytes(permission.range().end().toByteArray(), out);
        }
    }

    private static Role decodeRole(DataInputStream in) throws IOException {
        String name = readText(in);
        List<Permission> permissions = new ArrayList<>();
        for (int left = readLength(in); left > 0; left--) {
            int type = in.readUnsignedByte();
            if (type >= TYPES.length) {
                throw new IOException("permission of unknown type " + type);
            }
            ByteSequence key = ByteSequence.wrap(readBytes(in));
            permissions.add(new Permission(TYPES[type], KeyRange.of(key, ByteSequence.wrap(readBytes(in)))));
        }
        return new Role(name, permissions);
    }

    private static void writeText(String text, DataOutputStream out) throws IOException {
        writeBytes(text.getBytes(StandardCharsets.UTF_8), out);
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    private static void writeBytes(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        return in.readNBytes(readLength(in));
    }

    /** A number of things or bytes: not more than the bytes that are left. */
    private static int readLength(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a length of " + length + " with " + in.available() + " bytes left");
        }
        return length;
    }
}
