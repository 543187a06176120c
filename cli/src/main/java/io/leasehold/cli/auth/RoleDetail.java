package io.leasehold.cli.auth;

import com.google.protobuf.Message;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.authpb.Permission;
import io.leasehold.protocol.etcdserverpb.AuthRoleGetResponse;

/** What a role may do: in words for people. */
record RoleDetail(String words, AuthRoleGetResponse response) implements Answer {
    @Override
    public void simple(Simple out) {
        out.line(words);
    }

    @Override
    public String json() {
        return GoJson.of(response);
    }

    @Override
    public void fields(Fields out) {
        out.header(response.getHeader());
        for (Permission permission : response.getPermList()) {
            // Two blanks, as etcdctl has them.
            out.line("PermType", " " + permission.getPermType());
            out.quoted("Key", permission.getKey().toByteArray());
            out.quoted("RangeEnd", permission.getRangeEnd().toByteArray());
        }
    }

    @Override
    public Message protobuf() {
        return response;
    }
}
