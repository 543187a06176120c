package io.leasehold.cli.auth;

import com.google.protobuf.Message;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import java.util.function.Function;

/** The answer to a change: a sentence for people, the message for programs. */
record HeaderAnswer(String sentence, ResponseHeader header, Message response) implements Answer {
    /** What makes an answer of a response, whose header the function finds. */
    static <R extends Message> Function<R, Answer> saying(String sentence, Function<R, ResponseHeader> header) {
        return response -> new HeaderAnswer(sentence, header.apply(response), response);
    }

    @Override
    public void simple(Simple out) {
        out.line(sentence);
    }

    @Override
    public String json() {
        return GoJson.of(response);
    }

    @Override
    public void fields(Fields out) {
        out.header(header);
    }

    @Override
    public Message protobuf() {
        return response;
    }
}
