package io.leasehold.raft.ratis;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;

/** How a stream of messages between members looks on the wire: one call for each direction, its messages plain bytes. */
final class PeerStreamMethod {

    static final String SERVICE_NAME = "leasehold.peer.v1.Peer";

    /** Open as long as the two members are; nothing but its end comes back. */
    static final MethodDescriptor<byte[], byte[]> STREAM = method("Stream", MethodDescriptor.MethodType.BIDI_STREAMING);

    /** What a member tells about its cluster to one that wants to join. */
    static final MethodDescriptor<byte[], byte[]> DESCRIBE = method("Describe", MethodDescriptor.MethodType.UNARY);

    /** The identity of the log. */
    static final Metadata.Key<String> GROUP = header("leasehold-group");

    /** Who takes part in the log, as ids with commas between them; not there while that changes. */
    static final Metadata.Key<String> LOG_MEMBERS = header("leasehold-log-members");

    /** The member that opened the stream. */
    static final Metadata.Key<String> FROM = header("leasehold-from");

    /** The member it believes to speak to. */
    static final Metadata.Key<String> TO = header("leasehold-to");

    private PeerStreamMethod() {}

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE_NAME, name))
                .setType(type)
                .build();
    }

    private static Metadata.Key<String> header(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException failed) {
                throw new UncheckedIOException("a message between members cannot be read", failed);
            }
        }
    }
}
