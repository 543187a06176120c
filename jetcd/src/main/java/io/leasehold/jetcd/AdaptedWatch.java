package io.leasehold.jetcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchResponse;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdExceptionFactory;
import io.etcd.jetcd.options.WatchOption;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchEnd;
import io.leasehold.client.watch.WatchEvent;
import io.leasehold.client.watch.WatchListener;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.client.watch.Watches;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Watches, which share one stream and go on after any disconnect. Any thread. */
final class AdaptedWatch implements Watch {
    private final Watches watches;
    private final Set<Running> running = ConcurrentHashMap.newKeySet();

    AdaptedWatch(Watches watches) {
        this.watches = watches;
    }

    @Override
    public Watcher watch(ByteSequence key, WatchOption option, Listener listener) {
        WatchOptions options = new WatchOptions(
                option.getRevision(),
                option.isPrevKV(),
                !option.isNoPut(),
                !option.isNoDelete(),
                option.isProgressNotify(),
                WatchOptions.AfterCompaction.END);
        Told told = new Told(listener, option.isCreatedNotify());
        Running watcher =
                new Running(watches.watch(Messages.range(key, option.getEndKey(), option.isPrefix()), options, told));
        running.add(watcher);
        watcher.forgetAtTheEnd();
        return watcher;
    }

    /** Asks for all watches; the server tells each. */
    @Override
    public void requestProgress() {
        running.stream().findAny().ifPresent(Running::requestProgress);
    }

    /** Ends all watches. */
    @Override
    public void close() {
        running.forEach(Running::close);
    }

    private final class Running implements Watcher {
        private final io.leasehold.client.watch.Watcher watcher;

        Running(io.leasehold.client.watch.Watcher watcher) {
            this.watcher = watcher;
        }

        @SuppressWarnings("FutureReturnValueIgnored") // The end never fails, and removing does not either.
        void forgetAtTheEnd() {
            watcher.ended().thenRun(() -> running.remove(this));
        }

        @Override
        public void close() {
            watcher.close();
        }

        @Override
        public boolean isClosed() {
            return watcher.ended().isDone();
        }

        @Override
        public void requestProgress() {
            watcher.requestProgress();
        }
    }

    /** Calls come one after another. */
    private static final class Told implements WatchListener {
        private final Listener listener;
        private boolean tellCreation;
        private long toldRevision;

        Told(Listener listener, boolean tellCreation) {
            this.listener = listener;
            this.tellCreation = tellCreation;
        }

        @Override
        public void onEstablished() {
            if (tellCreation) {
                tellCreation = false;
                tell(WatchResponse.newBuilder().setCreated(true), toldRevision);
            }
        }

        @Override
        public void onEvents(WatchBatch batch) {
            WatchResponse.Builder message = WatchResponse.newBuilder();
            for (WatchEvent event : batch.events()) {
                Event.Builder told = Event.newBuilder()
                        .setType(event.isDelete() ? Event.EventType.DELETE : Event.EventType.PUT)
                        .setKv(Messages.entry(event.entry()));
                event.previous().ifPresent(previous -> told.setPrevKv(Messages.entry(previous)));
                message.addEvents(told);
            }
            tell(message, batch.revision());
        }

        @Override
        public void onProgress(long revision) {
            tell(WatchResponse.newBuilder(), revision);
        }

        private void tell(WatchResponse.Builder message, long revision) {
            toldRevision = revision;
            listener.onNext(new io.etcd.jetcd.watch.WatchResponse(
                    message.setHeader(Messages.header(revision)).build()));
        }

        @Override
        public void onCompacted(long compactRevision) {
            listener.onError(EtcdExceptionFactory.newCompactedException(compactRevision));
        }

        @Override
        public void onEnded(WatchEnd end) {
            if (end.reason() == WatchEnd.Reason.REFUSED) {
                listener.onError(EtcdExceptionFactory.newEtcdException(ErrorCode.PERMISSION_DENIED, end.message()));
            }
            listener.onCompleted();
        }
    }
}
