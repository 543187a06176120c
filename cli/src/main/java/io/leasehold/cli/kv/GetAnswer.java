package io.leasehold.cli.kv;

import com.google.protobuf.Message;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.mvccpb.KeyValue;

/** What a get says. */
record GetAnswer(RangeResponse response, boolean valueOnly) implements Answer {
    @Override
    public void simple(Simple out) {
        for (KeyValue kv : response.getKvsList()) {
            if (valueOnly) {
                out.data(kv.getValue().toByteArray());
            } else {
                out.pair(kv);
            }
        }
    }

    @Override
    public String json() {
        return GoJson.of(response);
    }

    @Override
    public void fields(Fields out) {
        out.header(response.getHeader());
        for (KeyValue kv : response.getKvsList()) {
            out.keyValue("", kv);
        }
        out.line("More", response.getMore());
        out.line("Count", response.getCount());
    }

    @Override
    public Message protobuf() {
        return response;
    }
}
