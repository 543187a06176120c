package io.leasehold.cli.cluster;

import io.leasehold.cli.Action;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.HashKVRequest;
import io.leasehold.protocol.etcdserverpb.HashKVResponse;
import io.leasehold.protocol.etcdserverpb.MaintenanceGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code endpoint hashkv}: the hash of each server's keys, equal where they agree. */
final class EndpointHashKv implements Action {
    private final Ctl ctl;

    private final Flag<Boolean> cluster;
    private final Flag<Long> revision;

    EndpointHashKv(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        this.cluster = flags.toggle("cluster", "ask all members");
        this.revision = flags.number("rev", "n", 0, "hash up to this revision");
    }

    private record Hash(String endpoint, HashKVResponse response) {
        String hash() {
            return Integer.toUnsignedString(response.getHash());
        }
    }

    @Override
    public void run(List<String> arguments) {
        List<Hash> all = new ArrayList<>();
        CtlException failure = null;
        HashKVRequest request =
                HashKVRequest.newBuilder().setRevision(revision.value()).build();
        for (String endpoint : ClusterEndpoints.of(ctl, cluster.value())) {
            try (Connection connection = ctl.connect(endpoint)) {
                all.add(new Hash(endpoint, connection.call(MaintenanceGrpc.getHashKVMethod(), request)));
            } catch (CtlException e) {
                ctl.err().println("Failed to get the hash of endpoint " + endpoint + " (" + e.getMessage() + ")");
                failure = e;
            }
        }
        ctl.output().print(new Report(all));
        if (failure != null) {
            throw failure;
        }
    }

    private record Report(List<Hash> all) implements Answer {
        @Override
        public void simple(Simple out) {
            all.forEach(hash -> out.line(hash.endpoint() + ", " + hash.hash()));
        }

        @Override
        public String json() {
            return all.stream()
                    .map(hash -> "{\"Endpoint\":" + GoJson.text(hash.endpoint()) + ",\"HashKV\":"
                            + GoJson.of(hash.response()) + "}")
                    .collect(Collectors.joining(",", "[", "]"));
        }

        @Override
        public void fields(Fields out) {
            for (Hash hash : all) {
                out.header(hash.response().getHeader());
                out.line("Endpoint", GoJson.text(hash.endpoint()));
                out.line("Hash", hash.hash());
                out.line("HashRevision", hash.response().getHashRevision());
                out.gap();
            }
        }

        @Override
        public List<List<String>> table() {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("ENDPOINT", "HASH"));
            all.forEach(hash -> rows.add(List.of(hash.endpoint(), hash.hash())));
            return rows;
        }
    }
}
