package io.leasehold.cli.kv;

import com.google.protobuf.Message;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.Event;
import java.util.stream.Collectors;

/** What a watch says of a batch of events. */
record WatchAnswer(WatchResponse response) implements Answer {
    @Override
    public void simple(Simple out) {
        for (Event event : response.getEventsList()) {
            out.line(event.getType().name());
            if (event.hasPrevKv()) {
                out.pair(event.getPrevKv());
            }
            out.pair(event.getKv());
        }
    }

    /** Go's struct of its client, whose names differ from the protocol's. */
    @Override
    public String json() {
        return "{\"Header\":" + GoJson.of(response.getHeader()) + ",\"Events\":"
                + response.getEventsList().stream().map(GoJson::of).collect(Collectors.joining(",", "[", "]"))
                + ",\"CompactRevision\":" + response.getCompactRevision() + ",\"Canceled\":" + response.getCanceled()
                + ",\"Created\":" + response.getCreated() + "}";
    }

    @Override
    public void fields(Fields out) {
        out.header(response.getHeader());
        for (Event event : response.getEventsList()) {
            out.line("Type", event.getType().name());
            if (event.hasPrevKv()) {
                out.keyValue("Prev", event.getPrevKv());
            }
            out.keyValue("", event.getKv());
        }
    }

    @Override
    public Message protobuf() {
        return response;
    }
}
