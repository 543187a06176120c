package io.leasehold.cli.auth;

import com.google.protobuf.Message;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.AuthRoleListResponse;
import java.util.stream.Collectors;

/** The roles, a line each; as fields all of them in one line. */
record RoleList(AuthRoleListResponse response) implements Answer {
    @Override
    public void simple(Simple out) {
        response.getRolesList().forEach(out::line);
    }

    @Override
    public String json() {
        return GoJson.of(response);
    }

    @Override
    public void fields(Fields out) {
        out.header(response.getHeader());
        out.line("Roles", response.getRolesList().stream().map(GoJson::text).collect(Collectors.joining(" ")));
    }

    @Override
    public Message protobuf() {
        return response;
    }
}
