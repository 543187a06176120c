package io.leasehold.cli.auth;

import com.google.protobuf.Message;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import java.util.List;

/** Names, a line each. */
record NameList(List<String> names, String field, ResponseHeader header, Message response) implements Answer {
    @Override
    public void simple(Simple out) {
        names.forEach(out::line);
    }

    @Override
    public String json() {
        return GoJson.of(response);
    }

    @Override
    public void fields(Fields out) {
        out.header(header);
        names.forEach(name -> out.line(field, GoJson.text(name)));
    }

    @Override
    public Message protobuf() {
        return response;
    }
}
