package io.leasehold.cli.kv;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.mvccpb.KeyValue;

/**
 * What a get says.
 *
 * @param valueOnly whether simple lines have no keys
 */
public record GetAnswer(RangeResponse response, boolean valueOnly) implements Answer {
    /** Keys and values. */
    public GetAnswer(RangeResponse response) {
        this(response, false);
    }

    /** Gets a key and shows it, in the format asked for; returns whether it is there. */
    public static boolean show(Ctl ctl, Connection connection, ByteString key) {
        RangeResponse response = connection.call(
                KVGrpc.getRangeMethod(), RangeRequest.newBuilder().setKey(key).build());
        if (response.getKvsCount() > 0) {
            ctl.output().print(new GetAnswer(response));
        }
        return response.getKvsCount() > 0;
    }

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
