package io.leasehold.server.bootstrap;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A name server on loopback that knows some SRV records, and says of everything else that it does not exist. */
final class NameServer implements AutoCloseable {
    private static final int HEADER_BYTES = 12;
    private static final int NO_SUCH_NAME = 0x8183;
    private static final int FOUND = 0x8180;
    private static final int SRV = 33;
    private static final int INTERNET = 1;

    private final DatagramSocket socket;
    private final Map<String, List<ServiceRecords.Target>> records;

    /** Serves the records by their full names, such as {@code _etcd-server._tcp.example.test}. */
    NameServer(Map<String, List<ServiceRecords.Target>> records) throws IOException {
        this.records = Map.copyOf(records);
        this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().name("test-dns").daemon().start(this::serve);
    }

    String url() {
        return "dns://" + socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort();
    }

    private void serve() {
        byte[] buffer = new byte[512];
        while (!socket.isClosed()) {
            DatagramPacket question = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(question);
                byte[] answer = answer(Arrays.copyOf(buffer, question.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private byte[] answer(byte[] question) {
        int end = HEADER_BYTES;
        StringBuilder name = new StringBuilder();
        while (question[end] != 0) {
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(question, end + 1, question[end], StandardCharsets.US_ASCII));
            end += question[end] + 1;
        }
        end += 1 + 2 * Short.BYTES;
        List<ServiceRecords.Target> targets = records.getOrDefault(name.toString(), List.of());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(question, 0, 2);
            out.writeShort(targets.isEmpty() ? NO_SUCH_NAME : FOUND);
            out.writeShort(1);
            out.writeShort(targets.size());
            out.writeInt(0);
            out.write(question, HEADER_BYTES, end - HEADER_BYTES);
            for (ServiceRecords.Target target : targets) {
                write(target, out);
            }
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
        return bytes.toByteArray();
    }

    private static void write(ServiceRecords.Target target, DataOutputStream out) throws IOException {
        // The name is that of the question.
        out.writeShort(0xC000 | HEADER_BYTES);
        out.writeShort(SRV);
        out.writeShort(INTERNET);
        out.writeInt(0);
        ByteArrayOutputStream host = new ByteArrayOutputStream();
        for (String label : target.host().split("\\.", -1)) {
            host.write(label.length());
            host.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        host.write(0);
        out.writeShort(3 * Short.BYTES + host.size());
        out.writeInt(0);
        out.writeShort(target.port());
        out.write(host.toByteArray());
    }

    @Override
    public void close() {
        socket.close();
    }
}
