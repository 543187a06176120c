package io.leasehold.server.rpc;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.server.watch.WatchDispatcher;
import io.leasehold.server.watch.WatchMessage;
import io.leasehold.server.watch.WatchSink;
import io.leasehold.server.watch.WatchSpec;
import io.leasehold.server.watch.WatchStream;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Waits inside the server until one of some keys is deleted, and tells so once. */
final class DeletionWatch implements WatchSink {
    private final Executor executor;
    /** What to run; null once it has been handed over. */
    private final AtomicReference<@Nullable Runnable> gone;

    private final AtomicReference<@Nullable WatchStream> stream = new AtomicReference<>();

    private DeletionWatch(Executor executor, Runnable gone) {
        this.executor = executor;
        this.gone = new AtomicReference<>(gone);
    }

    /**
     * Watches the keys.
     *
     * @param fromRevision first revision that counts
     * @param gone runs once on the executor, when a key is gone, or may be: the caller looks again
     */
    static WatchStream open(
            WatchDispatcher dispatcher, List<ByteSequence> keys, long fromRevision, Executor executor, Runnable gone) {
        DeletionWatch sink = new DeletionWatch(executor, gone);
        WatchStream stream = dispatcher.open(sink);
        sink.stream.set(stream);
        for (ByteSequence key : keys) {
            stream.create(new WatchSpec(KeyRange.single(key), fromRevision, 0, true, false, false, false, false));
        }
        return stream;
    }

    @Override
    public boolean isReady() {
        // There are a few messages at most: the stream closes with the first event.
        return true;
    }

    @Override
    public void send(WatchMessage message) {
        switch (message) {
            case WatchMessage.Events events -> tell();
            case WatchMessage.Compacted compacted -> tell();
            case WatchMessage.Refused refused -> throw new IllegalStateException("refused to watch a key: " + refused);
            case WatchMessage.Created created -> {}
            case WatchMessage.Canceled canceled -> {}
            case WatchMessage.Progress progress -> {}
        }
    }

    @Override
    public void handled() {
        // Nobody counts the requests of a stream that makes two.
    }

    private void tell() {
        Runnable task = gone.getAndSet(null);
        WatchStream open = stream.get();
        if (task != null && open != null) {
            open.close();
            executor.execute(task);
        }
    }
}
