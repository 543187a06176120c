package io.leasehold.server.gateway;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.ResponseOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.protocol.etcdserverpb.TxnResponse;
import java.util.List;

/**
 * Transactions in each other, level by level: the message parser follows no more than a hundred messages down, and parser
 * and printer take many frames for each of them, on stacks that are small. Here a level takes two. Stateless.
 */
final class NestedTxns {
    private static final List<String> NESTED = List.of("request_txn", "requestTxn");

    private final JsonFormat.Parser parser;
    private final JsonFormat.Printer printer;

    NestedTxns(JsonFormat.Parser parser, JsonFormat.Printer printer) {
        this.parser = parser;
        this.printer = printer;
    }

    /** A transaction of JSON that is not too deep for the caller's stack. */
    TxnRequest parse(JsonObject json) throws InvalidProtocolBufferException {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        JsonObject flat = new JsonObject();
        for (String name : json.keySet()) {
            JsonElement value = json.get(name);
            switch (name) {
                case "success" -> {
                    for (JsonElement operation : operations(value)) {
                        txn.addSuccess(operation(operation));
                    }
                }
                case "failure" -> {
                    for (JsonElement operation : operations(value)) {
                        txn.addFailure(operation(operation));
                    }
                }
                default -> flat.add(name, value);
            }
        }
        parser.merge(flat.toString(), txn);
        return txn.build();
    }

    private static JsonArray operations(JsonElement json) throws InvalidProtocolBufferException {
        if (json.isJsonNull()) {
            return new JsonArray();
        }
        if (!json.isJsonArray()) {
            throw new InvalidProtocolBufferException("expected a list of operations");
        }
        return json.getAsJsonArray();
    }

    private RequestOp operation(JsonElement json) throws InvalidProtocolBufferException {
        RequestOp.Builder operation = RequestOp.newBuilder();
        if (json.isJsonObject()) {
            for (String name : NESTED) {
                JsonElement nested = json.getAsJsonObject().get(name);
                if (nested != null && nested.isJsonObject()) {
                    return operation
                            .setRequestTxn(parse(nested.getAsJsonObject()))
                            .build();
                }
            }
        }
        parser.merge(json.toString(), operation);
        return operation.build();
    }

    /** Whether such a message may be deeper than the printer should go. */
    static boolean isNested(TxnResponse answer) {
        return answer.getResponsesList().stream().anyMatch(ResponseOp::hasResponseTxn);
    }

    /** An answer as the printer writes it, members in the same order. */
    String print(TxnResponse answer) throws InvalidProtocolBufferException {
        StringBuilder text = new StringBuilder();
        print(answer, text);
        return text.toString();
    }

    private void print(TxnResponse answer, StringBuilder text) throws InvalidProtocolBufferException {
        String flat = printer.print(answer.toBuilder().clearResponses());
        text.append(flat, 0, flat.length() - 1);
        String separator = flat.length() > 2 ? "," : "";
        if (answer.getResponsesCount() > 0) {
            text.append(separator).append("\"responses\":[");
            for (int i = 0; i < answer.getResponsesCount(); i++) {
                ResponseOp each = answer.getResponses(i);
                text.append(i == 0 ? "" : ",");
                if (each.hasResponseTxn()) {
                    text.append("{\"response_txn\":");
                    print(each.getResponseTxn(), text);
                    text.append('}');
                } else {
                    text.append(printer.print(each));
                }
            }
            text.append(']');
        }
        text.append('}');
    }
}
