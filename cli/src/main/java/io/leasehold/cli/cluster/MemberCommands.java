package io.leasehold.cli.cluster;

import com.google.protobuf.Message;
import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.Entry;
import io.leasehold.cli.Help;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
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
import io.leasehold.protocol.etcdserverpb.MemberPromoteRequest;
import io.leasehold.protocol.etcdserverpb.MemberRemoveRequest;
import io.leasehold.protocol.etcdserverpb.MemberUpdateRequest;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** {@code member list|add|update|remove|promote}. */
public final class MemberCommands {
    private static final Pattern PEER_URL = Pattern.compile("(https?|unixs?)://");

    private MemberCommands() {}

    /** The group. */
    public static Entry entry() {
        return Entry.group(
                "member",
                "look at and change the cluster's members",
                Entry.command("list", Help.of("list the members", "", "member list -w table"), ListMembers::new),
                Entry.command(
                        "add",
                        Help.of(
                                "add a member that is going to be started",
                                "<name>",
                                "member add m4 --peer-urls=http://10.0.0.4:2380"),
                        Add::new),
                Entry.command(
                        "update",
                        Help.of(
                                "change where a member is reached by the others",
                                "<hex id>",
                                "member update 8e9e05c52164694d --peer-urls=http://10.0.0.4:2380"),
                        Update::new),
                Entry.plain(
                        "remove",
                        Help.of("remove a member", "<hex id>", "member remove 8e9e05c52164694d"),
                        MemberCommands::remove),
                Entry.plain(
                        "promote",
                        Help.of("make a learner a voter", "<hex id>", "member promote 8e9e05c52164694d"),
                        MemberCommands::promote));
    }

    private static void remove(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 1, 1, "member ID is not provided");
        long id = Arguments.hexId(arguments.get(0), "member");
        ctl.ask(
                ClusterGrpc.getMemberRemoveMethod(),
                MemberRemoveRequest.newBuilder().setID(id).build(),
                response -> changed("Member %x removed from cluster %x", id, response.getHeader(), response));
    }

    private static void promote(Ctl ctl, List<String> arguments) {
        Arguments.count(arguments, 1, 1, "member ID is not provided");
        long id = Arguments.hexId(arguments.get(0), "member");
        ctl.ask(
                ClusterGrpc.getMemberPromoteMethod(),
                MemberPromoteRequest.newBuilder().setID(id).build(),
                response -> changed("Member %x promoted in cluster %x", id, response.getHeader(), response));
    }

    private static List<String> urls(String commaSeparated) {
        List<String> urls = List.of(commaSeparated.split(",", -1));
        for (String url : urls) {
            if (!PEER_URL.matcher(url).lookingAt()) {
                throw new CtlException(
                        CtlException.Code.ERROR, "URL scheme must be http, https, unix, or unixs: " + url);
            }
        }
        return urls;
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
                out.id("MemberID", id);
            }

            @Override
            public Message protobuf() {
                return response;
            }
        };
    }

    private static final class ListMembers implements Action {
        private final Ctl ctl;

        private final Flag<String> consistency;

        ListMembers(Ctl ctl, Flags flags) {
            this.ctl = ctl;
            this.consistency = flags.text("consistency", "text", "l", "l: linearizable, s: serializable");
        }

        @Override
        public void run(List<String> arguments) {
            MemberListRequest request = MemberListRequest.newBuilder()
                    .setLinearizable(!consistency.value().equals("s"))
                    .build();
            ctl.ask(
                    ClusterGrpc.getMemberListMethod(),
                    request,
                    response -> new MemberList(response, ctl.output().hex()));
        }
    }

    private static final class Add implements Action {
        private final Ctl ctl;

        private final Flag<String> peerUrls;
        private final Flag<Boolean> learner;

        Add(Ctl ctl, Flags flags) {
            this.ctl = ctl;
            this.peerUrls = flags.text("peer-urls", "text", "where the others reach it, comma separated");
            this.learner = flags.toggle("learner", "without a vote");
        }

        @Override
        public void run(List<String> arguments) {
            Arguments.count(arguments, 1, Integer.MAX_VALUE, "member name not provided");
            if (arguments.size() > 1) {
                String url = arguments.get(1);
                throw Arguments.bad(
                        url.contains("http")
                                ? "too many arguments, did you mean --peer-urls=" + url
                                : "too many arguments");
            }
            if (peerUrls.value().isEmpty()) {
                throw Arguments.bad("member peer urls not provided");
            }
            MemberAddRequest request = MemberAddRequest.newBuilder()
                    .addAllPeerURLs(urls(peerUrls.value()))
                    .setIsLearner(learner.value())
                    .build();
            try (Connection connection = ctl.connect()) {
                MemberAddResponse response = connection.call(ClusterGrpc.getMemberAddMethod(), request);
                long id = response.getMember().getID();
                String sentence =
                        learner.value() ? "Member %x added as learner to cluster %x" : "Member %x added to cluster %x";
                ctl.output().print(changed(sentence, id, response.getHeader(), response));
                if (ctl.output().format() == Output.Format.SIMPLE) {
                    tellHowToStart(response, id, arguments.get(0));
                }
            }
        }

        private void tellHowToStart(MemberAddResponse response, long id, String name) {
            List<String> cluster = new ArrayList<>();
            for (Member member : response.getMembersList()) {
                String each = member.getID() == id ? name : member.getName();
                member.getPeerURLsList().forEach(url -> cluster.add(each + "=" + url));
            }
            ctl.output().line("");
            ctl.output().line("ETCD_NAME=\"" + name + "\"");
            ctl.output().line("ETCD_INITIAL_CLUSTER=\"" + String.join(",", cluster) + "\"");
            ctl.output().line("ETCD_INITIAL_ADVERTISE_PEER_URLS=\"" + peerUrls.value() + "\"");
            ctl.output().line("ETCD_INITIAL_CLUSTER_STATE=\"existing\"");
        }
    }

    private static final class Update implements Action {
        private final Ctl ctl;

        private final Flag<String> peerUrls;

        Update(Ctl ctl, Flags flags) {
            this.ctl = ctl;
            this.peerUrls = flags.text("peer-urls", "text", "where the others reach it, comma separated");
        }

        @Override
        public void run(List<String> arguments) {
            Arguments.count(arguments, 1, 1, "member ID is not provided");
            long id = Arguments.hexId(arguments.get(0), "member");
            if (peerUrls.value().isEmpty()) {
                throw Arguments.bad("member peer urls not provided");
            }
            MemberUpdateRequest request = MemberUpdateRequest.newBuilder()
                    .setID(id)
                    .addAllPeerURLs(urls(peerUrls.value()))
                    .build();
            ctl.ask(
                    ClusterGrpc.getMemberUpdateMethod(),
                    request,
                    response -> changed("Member %x updated in cluster %x", id, response.getHeader(), response));
        }
    }
}
