package io.leasehold.cli.utility;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.Login;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.terminal.Progress;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.etcdserverpb.WatchCreateRequest;
import io.leasehold.protocol.etcdserverpb.WatchRequest;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.Event;
import io.leasehold.protocol.mvccpb.KeyValue;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * {@code make-mirror <destination>}: copies keys to another cluster, then every change of them, what one transaction changed
 * in one transaction. Leases are not taken along: in the mirror keys live until they are deleted at their source.
 */
final class MirrorCommand implements Action {
    /** Keys in an answer while everything is copied, as etcd has it. */
    private static final long BATCH_KEYS = 1_000;

    private static final long REPORT_SECONDS = 30;
    private static final ByteString OPEN_END = ByteString.copyFrom(new byte[1]);

    private final Ctl ctl;
    private final Flag<String> prefix;
    private final Flag<String> destPrefix;
    private final Flag<Boolean> noDestPrefix;
    private final Flag<Long> rev;
    private final Flag<Long> maxTxnOps;
    private final Login login;
    private final AtomicLong total = new AtomicLong();

    MirrorCommand(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        prefix = flags.text("prefix", "prefix", "mirror only keys that begin with this");
        rev = flags.number("rev", "revision", 0, "copy nothing, follow the changes from this revision on");
        maxTxnOps = flags.number("max-txn-ops", "n", 128, "most operations in a transaction at the destination");
        destPrefix = flags.text("dest-prefix", "prefix", "what the keys begin with at the destination");
        noDestPrefix = flags.toggle("no-dest-prefix", "take the prefix away at the destination");
        login = new Login(flags, "dest-");
    }

    @Override
    public void run(List<String> arguments) {
        Arguments.count(arguments, 1, 1, "make-mirror takes one destination argument");
        if (noDestPrefix.value() && !destPrefix.value().isEmpty()) {
            throw Arguments.bad("`--dest-prefix` and `--no-dest-prefix` cannot be set at the same time, choose one");
        }
        try (Connection source = ctl.connect();
                Connection destination = ctl.connect(arguments.get(0), login);
                ScheduledExecutorService reports = Executors.newSingleThreadScheduledExecutor();
                Progress progress = new Progress(ctl.err(), ctl.isTerminal())) {
            var unusedReports = reports.scheduleAtFixedRate(
                    () -> ctl.output().line(Long.toString(total.get())),
                    REPORT_SECONDS,
                    REPORT_SECONDS,
                    TimeUnit.SECONDS);
            try {
                long revision = rev.value() > 1 ? rev.value() - 1 : copy(source, destination, progress);
                follow(source, destination, revision, progress);
            } finally {
                reports.shutdownNow();
            }
        }
        throw new CtlException(CtlException.Code.ERROR, "the watch of the source ended");
    }

    /** Copies what is there; returns the revision at which it was. */
    private long copy(Connection source, Connection destination, Progress progress) {
        long revision = 0;
        ByteString key = firstKey();
        boolean more = true;
        while (more) {
            RangeResponse page = source.call(
                    KVGrpc.getRangeMethod(),
                    RangeRequest.newBuilder()
                            .setKey(key)
                            .setRangeEnd(end())
                            .setRevision(revision)
                            .setLimit(BATCH_KEYS)
                            .build());
            revision = revision == 0 ? page.getHeader().getRevision() : revision;
            for (KeyValue kv : page.getKvsList()) {
                destination.callWithoutDeadline(KVGrpc.getPutMethod(), put(kv));
                progress.tell("mirrored " + total.incrementAndGet() + " keys");
                key = kv.getKey().concat(OPEN_END);
            }
            more = page.getMore();
        }
        return revision;
    }

    private void follow(Connection source, Connection destination, long revision, Progress progress) {
        WatchRequest request = WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(firstKey())
                        .setRangeEnd(end())
                        .setStartRevision(revision + 1))
                .build();
        Consumer<WatchResponse> each = response -> {
            if (response.getCanceled()) {
                throw new CtlException(
                        CtlException.Code.ERROR,
                        response.getCompactRevision() > 0
                                ? "etcdserver: mvcc: required revision has been compacted"
                                : "the watch was canceled: " + response.getCancelReason());
            }
            apply(destination, response);
            progress.tell("mirrored " + total.get() + " keys and changes");
        };
        Watching.follow(source, request, each);
    }

    /** Each revision is a transaction at the destination, too, unless it is larger than those may be. */
    private void apply(Connection destination, WatchResponse response) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        long revision = 0;
        for (Event event : response.getEventsList()) {
            boolean isNext = event.getKv().getModRevision() != revision;
            if (txn.getSuccessCount() > 0 && (isNext || txn.getSuccessCount() >= maxTxnOps.value())) {
                destination.callWithoutDeadline(KVGrpc.getTxnMethod(), txn.build());
                txn.clear();
            }
            revision = event.getKv().getModRevision();
            txn.addSuccess(op(event));
            total.incrementAndGet();
        }
        if (txn.getSuccessCount() > 0) {
            destination.callWithoutDeadline(KVGrpc.getTxnMethod(), txn.build());
        }
    }

    private RequestOp op(Event event) {
        return event.getType() == Event.EventType.DELETE
                ? RequestOp.newBuilder()
                        .setRequestDeleteRange(DeleteRangeRequest.newBuilder()
                                .setKey(mirrored(event.getKv().getKey())))
                        .build()
                : RequestOp.newBuilder().setRequestPut(put(event.getKv())).build();
    }

    private PutRequest put(KeyValue kv) {
        return PutRequest.newBuilder()
                .setKey(mirrored(kv.getKey()))
                .setValue(kv.getValue())
                .build();
    }

    private ByteString mirrored(ByteString key) {
        if (!noDestPrefix.value() && destPrefix.value().isEmpty()) {
            return key;
        }
        ByteString rest = key.substring(Arguments.bytes(prefix.value()).size());
        return Arguments.bytes(destPrefix.value()).concat(rest);
    }

    private ByteString firstKey() {
        return prefix.value().isEmpty() ? OPEN_END : Arguments.bytes(prefix.value());
    }

    private ByteString end() {
        return prefix.value().isEmpty() ? OPEN_END : Arguments.prefixEnd(Arguments.bytes(prefix.value()));
    }
}
