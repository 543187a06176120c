package io.leasehold.cli.kv;

import com.google.protobuf.Message;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.ResponseOp;
import io.leasehold.protocol.etcdserverpb.TxnResponse;

/** What a transaction says: whether the comparisons held, then each operation's answer. */
record TxnAnswer(TxnResponse response) implements Answer {
    @Override
    public void simple(Simple out) {
        out.line(response.getSucceeded() ? "SUCCESS" : "FAILURE");
        for (ResponseOp op : response.getResponsesList()) {
            out.line("");
            answer(op).simple(out);
        }
    }

    @Override
    public String json() {
        return GoJson.of(response);
    }

    @Override
    public void fields(Fields out) {
        out.header(response.getHeader());
        out.line("Succeeded", response.getSucceeded());
        for (ResponseOp op : response.getResponsesList()) {
            answer(op).fields(out);
        }
    }

    @Override
    public Message protobuf() {
        return response;
    }

    private static Answer answer(ResponseOp op) {
        return switch (op.getResponseCase()) {
            case RESPONSE_RANGE -> new GetAnswer(op.getResponseRange());
            case RESPONSE_PUT -> new PutAnswer(op.getResponsePut());
            case RESPONSE_DELETE_RANGE -> new DelAnswer(op.getResponseDeleteRange());
            case RESPONSE_TXN -> new TxnAnswer(op.getResponseTxn());
            case RESPONSE_NOT_SET -> Answer.words("unexpected response");
        };
    }
}
