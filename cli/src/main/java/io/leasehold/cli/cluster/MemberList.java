package io.leasehold.cli.cluster;

import com.google.protobuf.Message;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.Member;
import io.leasehold.protocol.etcdserverpb.MemberListResponse;
import java.util.ArrayList;
import java.util.List;

/** The members, a line or a row each. */
record MemberList(MemberListResponse response, boolean hex) implements Answer {
    private static List<String> row(Member member) {
        return List.of(
                Long.toHexString(member.getID()),
                member.getName().isEmpty() ? "unstarted" : "started",
                member.getName(),
                String.join(",", member.getPeerURLsList()),
                String.join(",", member.getClientURLsList()),
                Boolean.toString(member.getIsLearner()));
    }

    @Override
    public void simple(Simple out) {
        response.getMembersList().forEach(member -> out.line(String.join(", ", row(member))));
    }

    @Override
    public String json() {
        String json = GoJson.of(response);
        return hex ? HexIds.in(json) : json;
    }

    @Override
    public void fields(Fields out) {
        out.header(response.getHeader());
        for (Member member : response.getMembersList()) {
            out.id("ID", member.getID());
            out.line("Name", '"' + member.getName() + '"');
            member.getPeerURLsList().forEach(url -> out.line("PeerURL", '"' + url + '"'));
            member.getClientURLsList().forEach(url -> out.line("ClientURL", '"' + url + '"'));
            out.line("IsLearner", member.getIsLearner());
            out.gap();
        }
    }

    @Override
    public List<List<String>> table() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER"));
        response.getMembersList().forEach(member -> rows.add(row(member)));
        return rows;
    }

    @Override
    public Message protobuf() {
        return response;
    }
}
