package io.leasehold.cli.kv;

import com.google.protobuf.Message;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.DeleteRangeResponse;

/** What a deletion says. */
record DelAnswer(DeleteRangeResponse response) implements Answer {
    @Override
    public void simple(Simple out) {
        out.line(Long.toString(response.getDeleted()));
        response.getPrevKvsList().forEach(out::pair);
    }

    @Override
    public String json() {
        return GoJson.of(response);
    }

    @Override
    public void fields(Fields out) {
        out.header(response.getHeader());
        out.line("Deleted", response.getDeleted());
        response.getPrevKvsList().forEach(kv -> out.keyValue("Prev", kv));
    }

    @Override
    public Message protobuf() {
        return response;
    }
}
