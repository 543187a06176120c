package io.leasehold.cli.cluster;

import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code endpoint hashkv}: the hash of each server's keys, equal where they agree. */
@Command(description = "show the hash of each server's keys")
final class EndpointHashKv implements Runnable {
    private final Ctl ctl;

    @Option(names = "--cluster", arity = "0..1", fallbackValue = "true", description = "ask all members")
    private boolean cluster;

    @Option(names = "--rev", defaultValue = "0", description = "hash up to this revision")
    private long revision;

    EndpointHashKv(Ctl ctl) {
        this.ctl = ctl;
    }

    private record Hash(String endpoint, HashKVResponse response) {
        String hash() {
            return Integer.toUnsignedString(response.getHash());
        }
    }

    @Override
    public void run() {
        List<Hash> all = new ArrayList<>();
        CtlException failure = null;
        HashKVRequest request = HashKVRequest.newBuilder().setRevision(revision).build();
        for (String endpoint : ClusterEndpoints.of(ctl, cluster)) {
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
