package io.leasehold.cli.cluster;

import com.google.protobuf.Message;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.Group;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Output;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.ClusterGrpc;
import io.leasehold.protocol.etcdserverpb.Member;
import io.leasehold.protocol.etcdserverpb.MemberAddRequest;
import io.leasehold.protocol.etcdserverpb.MemberAddResponse;
import io.leasehold.protocol.etcdserverpb.MemberListRequest;
import io.leasehold.protocol.etcdserverpb.MemberListResponse;
import io.leasehold.protocol.etcdserverpb.MemberPromoteRequest;
import io.leasehold.protocol.etcdserverpb.MemberRemoveRequest;
import io.leasehold.protocol.etcdserverpb.MemberUpdateRequest;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code member list|add|update|remove|promote}. */
public final class MemberCommands {
    private MemberCommands() {}

    /** The group. */
    public static CommandLine of(Ctl ctl) {
        CommandLine member = Group.of(ctl, "look at and change the cluster's members");
        member.addSubcommand("list", new ListMembers(ctl));
        member.addSubcommand("add", new Add(ctl));
        member.addSubcommand("update", new Update(ctl));
        member.addSubcommand(
                "remove", Group.leaf("remove a member", "member remove <hex id>", arguments -> remove(ctl, arguments)));
        member.addSubcommand(
                "promote",
                Group.leaf("make a learner a voter", "member promote <hex id>", arguments -> promote(ctl, arguments)));
        return member;
    }

    private static void remove(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 1, 1, "member ID is not provided");
        long id = Arguments.hexId(arguments.get(0), "member");
        try (Connection connection = ctl.connect()) {
            var response = connection.call(
                    ClusterGrpc.getMemberRemoveMethod(),
                    MemberRemoveRequest.newBuilder().setID(id).build());
            ctl.output().print(changed("Member %x removed from cluster %x", id, response.getHeader(), response));
        }
    }

    private static void promote(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 1, 1, "member ID is not provided");
        long id = Arguments.hexId(arguments.get(0), "member");
        try (Connection connection = ctl.connect()) {
            var response = connection.call(
                    ClusterGrpc.getMemberPromoteMethod(),
                    MemberPromoteRequest.newBuilder().setID(id).build());
            ctl.output().print(changed("Member %x promoted in cluster %x", id, response.getHeader(), response));
        }
    }

    private static Answer changed(String sentence, long id, ResponseHeader header, Message response) {
        return new Answer() {
            @Override
            public void simple(Simple out) {
                out.line(String.format(Locale.ROOT, sentence, id, header.getClusterId()));
            }

            @Override
            public String json() {
                return GoJson.of(response);
            }

            @Override
            public void fields(Fields out) {
                out.header(header);
                out.unsigned("MemberID", id);
            }

            @Override
            public Message protobuf() {
                return response;
            }
        };
    }

    @Command(description = "list the members")
    private static final class ListMembers implements Runnable {
        private final Ctl ctl;

        @Option(names = "--consistency", defaultValue = "l", description = "l: linearizable, s: serializable")
        private String consistency = "l";

        ListMembers(Ctl ctl) {
            this.ctl = ctl;
        }

        @Override
        public void run() {
            MemberListRequest request = MemberListRequest.newBuilder()
                    .setLinearizable(!consistency.equals("s"))
                    .build();
            try (Connection connection = ctl.connect()) {
                ctl.output()
                        .print(new Listed(
                                connection.call(ClusterGrpc.getMemberListMethod(), request),
                                ctl.output().hex()));
            }
        }
    }

    @Command(
            description = "add a member that is going to be started",
            footer = {"", "  leaseholdctl member add m4 --peer-urls=http://10.0.0.4:2380"})
    private static final class Add implements Runnable {
        private final Ctl ctl;

        @Option(names = "--peer-urls", defaultValue = "", description = "where the others reach it, comma separated")
        private String peerUrls = "";

        @Option(names = "--learner", arity = "0..1", fallbackValue = "true", description = "without a vote")
        private boolean learner;

        @Parameters(paramLabel = "<name>")
        private List<String> arguments = new ArrayList<>();

        Add(Ctl ctl) {
            this.ctl = ctl;
        }

        @Override
        public void run() {
            Arguments.count(arguments, 1, Integer.MAX_VALUE, "member name not provided");
            if (arguments.size() > 1) {
                String url = arguments.get(1);
                throw Arguments.bad(
                        url.contains("http")
                                ? "too many arguments, did you mean --peer-urls=" + url
                                : "too many arguments");
            }
            if (peerUrls.isEmpty()) {
                throw Arguments.bad("member peer urls not provided");
            }
            MemberAddRequest request = MemberAddRequest.newBuilder()
                    .addAllPeerURLs(List.of(peerUrls.split(",", -1)))
                    .setIsLearner(learner)
                    .build();
            try (Connection connection = ctl.connect()) {
                MemberAddResponse response = connection.call(ClusterGrpc.getMemberAddMethod(), request);
                long id = response.getMember().getID();
                String sentence =
                        learner ? "Member %x added as learner to cluster %x" : "Member %x added to cluster %x";
                ctl.output().print(changed(sentence, id, response.getHeader(), response));
                if (ctl.output().format() == Output.Format.SIMPLE) {
                    tellHowToStart(response, id);
                }
            }
        }

        private void tellHowToStart(MemberAddResponse response, long id) {
            List<String> cluster = new ArrayList<>();
            for (Member member : response.getMembersList()) {
                String name = member.getID() == id ? arguments.get(0) : member.getName();
                member.getPeerURLsList().forEach(url -> cluster.add(name + "=" + url));
            }
            ctl.output().line("");
            ctl.output().line("ETCD_NAME=\"" + arguments.get(0) + "\"");
            ctl.output().line("ETCD_INITIAL_CLUSTER=\"" + String.join(",", cluster) + "\"");
            ctl.output().line("ETCD_INITIAL_ADVERTISE_PEER_URLS=\"" + peerUrls + "\"");
            ctl.output().line("ETCD_INITIAL_CLUSTER_STATE=\"existing\"");
        }
    }

    @Command(description = "change where a member is reached by the others")
    private static final class Update implements Runnable {
        private final Ctl ctl;

        @Option(names = "--peer-urls", defaultValue = "", description = "where the others reach it, comma separated")
        private String peerUrls = "";

        @Parameters(paramLabel = "<hex id>")
        private List<String> arguments = new ArrayList<>();

        Update(Ctl ctl) {
            this.ctl = ctl;
        }

        @Override
        public void run() {
            Arguments.count(arguments, 1, 1, "member ID is not provided");
            long id = Arguments.hexId(arguments.get(0), "member");
            if (peerUrls.isEmpty()) {
                throw Arguments.bad("member peer urls not provided");
            }
            MemberUpdateRequest request = MemberUpdateRequest.newBuilder()
                    .setID(id)
                    .addAllPeerURLs(List.of(peerUrls.split(",", -1)))
                    .build();
            try (Connection connection = ctl.connect()) {
                var response = connection.call(ClusterGrpc.getMemberUpdateMethod(), request);
                ctl.output().print(changed("Member %x updated in cluster %x", id, response.getHeader(), response));
            }
        }
    }

    private record Listed(MemberListResponse response, boolean hex) implements Answer {
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
                out.unsigned("ID", member.getID());
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
}
