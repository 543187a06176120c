package io.leasehold.cli.output;

import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import io.leasehold.protocol.mvccpb.KeyValue;
import java.io.PrintStream;
import java.util.HexFormat;

/** The format {@code fields}: a line for each field, names quoted, strings as Go quotes them. */
public final class Fields {
    private final PrintStream out;
    private final boolean hex;

    /**
     * Prints to a stream.
     *
     * @param hex whether ids are hexadecimal
     */
    public Fields(PrintStream out, boolean hex) {
        this.out = out;
        this.hex = hex;
    }

    /** Prints a line. */
    public void line(String name, Object value) {
        out.print('"' + name + "\" : " + value + "\n");
    }

    /** Prints a line with an unsigned number. */
    public void unsigned(String name, long value) {
        line(name, Long.toUnsignedString(value));
    }

    /** Prints a line with the id of a cluster or member. */
    public void id(String name, long id) {
        line(name, hex ? Long.toHexString(id) : Long.toUnsignedString(id));
    }

    /** Prints a line with the id of a lease, which has all its digits. */
    public void lease(String name, long id) {
        line(name, hex ? HexFormat.of().toHexDigits(id) : id);
    }

    /** Prints a line with bytes. */
    public void quoted(String name, byte[] value) {
        line(name, GoText.quoted(value));
    }

    /** Prints a header. */
    public void header(ResponseHeader header) {
        id("ClusterID", header.getClusterId());
        id("MemberID", header.getMemberId());
        line("Revision", header.getRevision());
        unsigned("RaftTerm", header.getRaftTerm());
    }

    /** Prints a key with everything about it. */
    public void keyValue(String prefix, KeyValue kv) {
        quoted(prefix + "Key", kv.getKey().toByteArray());
        line(prefix + "CreateRevision", kv.getCreateRevision());
        line(prefix + "ModRevision", kv.getModRevision());
        line(prefix + "Version", kv.getVersion());
        quoted(prefix + "Value", kv.getValue().toByteArray());
        lease(prefix + "Lease", kv.getLease());
    }

    /** Prints an empty line, behind each element of a list. */
    public void gap() {
        out.print("\n");
    }
}
