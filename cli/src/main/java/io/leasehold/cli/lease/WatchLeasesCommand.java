package io.leasehold.cli.lease;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.leasehold.cli.Action;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Output;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.protocol.leasehold.v1.LeaseEvent;
import io.leasehold.protocol.leasehold.v1.LeaseGrpc;
import io.leasehold.protocol.leasehold.v1.WatchLeasesRequest;
import io.leasehold.protocol.leasehold.v1.WatchLeasesResponse;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code lease watch}: leases as they are granted and as they end, with the reason. etcd does not tell; there the leases are
 * listed every second and compared, and why one ended stays unknown.
 */
final class WatchLeasesCommand implements Action {
    private static final long POLL_MILLIS = 1_000;

    private final Ctl ctl;
    private final Flag<Boolean> initial;

    WatchLeasesCommand(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        initial = flags.toggle("initial", "begin with the leases that are there");
    }

    @Override
    public void run(List<String> arguments) {
        Output output = ctl.output();
        try (Connection connection = ctl.connect()) {
            try {
                Iterator<WatchLeasesResponse> news = ClientCalls.blockingServerStreamingCall(
                        connection.channel(),
                        LeaseGrpc.getWatchLeasesMethod(),
                        CallOptions.DEFAULT,
                        WatchLeasesRequest.newBuilder()
                                .setInitial(initial.value())
                                .build());
                while (news.hasNext()) {
                    news.next()
                            .getEventsList()
                            .forEach(event -> show(output, event.getType(), event.getId(), event.getTtlMs()));
                }
            } catch (StatusRuntimeException e) {
                CtlException failure = Connection.failure(e.getStatus(), e);
                if (!LeaseSource.isUnknownMethod(failure)) {
                    throw failure;
                }
                poll(output, new LeaseSource(connection, false));
            }
        }
    }

    private static void show(Output output, LeaseEvent.Type type, long id, long ttlMillis) {
        String ttl = ttlMillis > 0 ? " TTL(" + LeaseRow.time(ttlMillis) + ")" : "";
        output.line(
                output.format() == Output.Format.JSON
                        ? "{\"type\":" + GoJson.text(type.name()) + ",\"id\":" + id + ",\"hex\":\""
                                + LeaseAnswers.id(id) + "\",\"ttl_ms\":" + ttlMillis + "}"
                        : type + " " + LeaseAnswers.id(id) + ttl);
    }

    @ReadsClock("the leases are listed once a second")
    private void poll(Output output, LeaseSource source) {
        Map<Long, LeaseRow> known = new HashMap<>();
        LeaseEvent.Type type = LeaseEvent.Type.EXISTING;
        try {
            while (true) {
                Map<Long, LeaseRow> now = new HashMap<>();
                for (LeaseRow row : source.list(ByteString.EMPTY)) {
                    now.put(row.id(), row);
                    if (known.remove(row.id()) == null && (type != LeaseEvent.Type.EXISTING || initial.value())) {
                        show(output, type, row.id(), row.ttlMillis());
                    }
                }
                known.keySet().forEach(id -> output.line("ENDED " + LeaseAnswers.id(id)));
                known = now;
                type = LeaseEvent.Type.GRANTED;
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
