package io.leasehold.server.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.leasehold.etcdfile.SnapshotChecksum;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.SnapshotRequest;
import io.leasehold.protocol.etcdserverpb.SnapshotResponse;
import io.leasehold.server.config.ServerVersion;
import io.leasehold.server.snapshot.SnapshotFile;
import io.leasehold.server.snapshot.SnapshotFiles;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of Snapshot: the database in pieces, then its SHA-256, as etcd sends them. The file is written and read on the
 * thread for slow reads, a bounded stretch ahead of what the client takes; the rest is confined to the call's thread.
 */
final class SnapshotCall extends ServerCall.Listener<SnapshotRequest> {
    private static final Logger LOGGER = LoggerFactory.getLogger(SnapshotCall.class);

    /** etcd's size of a piece. */
    private static final int PIECE_BYTES = 32 << 10;

    /** Pieces read at once. */
    private static final int STRETCH_PIECES = 16;

    private final ServerCall<SnapshotRequest, SnapshotResponse> call;
    private final CallThreads.CallThread thread;
    private final Source source;
    private final Access access;
    private final Deque<SnapshotResponse> ready = new ArrayDeque<>();
    private final MessageDigest digest = SnapshotChecksum.digest();
    private @Nullable SnapshotFile file;
    private long unread;
    private boolean reading;
    private boolean readWhole;
    private boolean finished;
    private Runnable sent = () -> {};

    /** Where snapshots come from. */
    record Source(Gate gate, SnapshotFiles files, ReadCounters counters) {
        Executor slowReads() {
            return gate.slowReads();
        }
    }

    private SnapshotCall(
            ServerCall<SnapshotRequest, SnapshotResponse> call,
            CallThreads.CallThread thread,
            Source source,
            Access access) {
        this.call = call;
        this.thread = thread;
        this.source = source;
        this.access = access;
    }

    static ServerCallHandler<SnapshotRequest, SnapshotResponse> handler(CallThreads threads, Source source) {
        return (call, metadata) -> {
            call.request(1);
            return new SnapshotCall(
                    call, threads.current(), source, source.gate().of(new Credentials(call, metadata)));
        };
    }

    @Override
    public void onMessage(@Nullable SnapshotRequest request) {
        if (request == null) {
            thread.enter(() -> finish(ServiceDefinitions.MALFORMED));
        }
    }

    @Override
    public void onHalfClose() {
        thread.enter(
                () -> access.check(Need.ADMIN, thread.executor(), this::makeFile, code -> finish(code.toStatus())));
    }

    private void makeFile() {
        if (finished) {
            return;
        }
        reading = true;
        sent = source.counters().snapshotBegins();
        source.gate().replica().image(source.slowReads(), image -> {
            if (image.isEmpty()) {
                thread.executor().execute(() -> finish(ErrorCode.TOO_MANY_REQUESTS.toStatus()));
                return;
            }
            try {
                SnapshotFile written = source.files().write(image.get());
                thread.executor().execute(() -> begin(written));
            } catch (IOException e) {
                failed(e);
            }
        });
    }

    @Override
    public void onReady() {
        thread.enter(this::sendWhileReady);
    }

    @Override
    public void onCancel() {
        thread.enter(() -> {
            finished = true;
            closeUnlessReading();
        });
    }

    private void begin(SnapshotFile written) {
        file = written;
        unread = written.sizeBytes();
        reading = false;
        if (finished) {
            closeUnlessReading();
        } else {
            call.sendHeaders(new Metadata());
            sendWhileReady();
        }
    }

    private void sendWhileReady() {
        while (!finished && call.isReady() && !ready.isEmpty()) {
            call.sendMessage(ready.remove());
        }
        if (finished || reading || file == null || !ready.isEmpty()) {
            return;
        }
        if (readWhole) {
            sent.run();
            finish(Status.OK);
        } else {
            reading = true;
            source.slowReads().execute(this::readStretch);
        }
    }

    /** Thread for slow reads; while {@link #reading} is set it has file, digest and {@link #unread} for itself. */
    private void readStretch() {
        try {
            SnapshotFile from = file;
            Deque<SnapshotResponse> stretch = new ArrayDeque<>();
            boolean last = false;
            while (from != null && !last && stretch.size() < STRETCH_PIECES) {
                byte[] bytes = from.next(PIECE_BYTES);
                last = bytes.length == 0;
                digest.update(bytes);
                unread -= bytes.length;
                stretch.add(piece(last ? digest.digest() : bytes));
            }
            boolean whole = last;
            thread.executor().execute(() -> read(stretch, whole));
        } catch (IOException e) {
            failed(e);
        }
    }

    private void read(Deque<SnapshotResponse> stretch, boolean whole) {
        reading = false;
        readWhole = whole;
        if (finished) {
            closeUnlessReading();
        } else {
            ready.addAll(stretch);
            sendWhileReady();
        }
    }

    private SnapshotResponse piece(byte[] bytes) {
        ByteString blob = UnsafeByteOperations.unsafeWrap(bytes);
        return SnapshotResponse.newBuilder()
                .setRemainingBytes(unread)
                .setBlob(blob)
                .setVersion(ServerVersion.CLUSTER)
                .build();
    }

    private void failed(IOException cause) {
        LOGGER.warn("a snapshot could not be made", cause);
        thread.executor().execute(() -> {
            reading = false;
            finish(Status.INTERNAL.withDescription(
                    "etcdserver: the snapshot could not be made: " + cause.getMessage()));
        });
    }

    private void finish(Status status) {
        if (!finished) {
            finished = true;
            call.close(status, new Metadata());
        }
        closeUnlessReading();
    }

    private void closeUnlessReading() {
        SnapshotFile open = file;
        if (open != null && !reading) {
            file = null;
            try {
                open.close();
            } catch (IOException e) {
                LOGGER.warn("a snapshot's file could not be closed", e);
            }
        }
    }
}
