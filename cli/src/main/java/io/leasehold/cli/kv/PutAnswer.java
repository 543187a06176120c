package io.leasehold.cli.kv;

import com.google.protobuf.Message;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.PutResponse;

/** What a put says. */
record PutAnswer(PutResponse response) implements Answer {
    @Override
    public void simple(Simple out) {
        out.line("OK");
        if (response.hasPrevKv()) {
            out.pair(response.getPrevKv());
        }
    }

    @Override
    public String json() {
        return GoJson.of(response);
    }

    @Override
    public void fields(Fields out) {
        out.header(response.getHeader());
        if (response.hasPrevKv()) {
            out.keyValue("Prev", response.getPrevKv());
        }
    }

    @Override
    public Message protobuf() {
        return response;
    }
}
