package io.leasehold.cli.lease;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.leasehold.cli.output.Answer;
import io.leasehold.cli.output.Fields;
import io.leasehold.cli.output.GoJson;
import io.leasehold.cli.output.GoText;
import io.leasehold.cli.output.Simple;
import io.leasehold.protocol.etcdserverpb.LeaseGrantResponse;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import io.leasehold.protocol.etcdserverpb.LeaseLeasesResponse;
import io.leasehold.protocol.etcdserverpb.LeaseRevokeResponse;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveResponse;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What the lease commands say. In JSON etcdctl prints structs of its client, with the header's fields beside the others and
 * nothing left out.
 */
final class LeaseAnswers {
    private LeaseAnswers() {}

    static String id(long id) {
        return String.format(Locale.ROOT, "%016x", id);
    }

    private static String header(ResponseHeader header) {
        String json = GoJson.of(header);
        String inner = json.substring(1, json.length() - 1);
        return inner.isEmpty() ? "" : inner + ",";
    }

    record Granted(LeaseGrantResponse response) implements Answer {
        @Override
        public void simple(Simple out) {
            out.line("lease " + id(response.getID()) + " granted with TTL(" + response.getTTL() + "s)");
        }

        @Override
        public String json() {
            return "{" + header(response.getHeader()) + "\"ID\":" + response.getID() + ",\"TTL\":" + response.getTTL()
                    + ",\"Error\":" + GoJson.text(response.getError()) + "}";
        }

        @Override
        public void fields(Fields out) {
            out.header(response.getHeader());
            out.lease("ID", response.getID());
            out.line("TTL", response.getTTL());
        }

        @Override
        public Message protobuf() {
            return response;
        }
    }

    record Revoked(long id, LeaseRevokeResponse response) implements Answer {
        @Override
        public void simple(Simple out) {
            out.line("lease " + LeaseAnswers.id(id) + " revoked");
        }

        @Override
        public String json() {
            return GoJson.of(response);
        }

        @Override
        public void fields(Fields out) {
            out.header(response.getHeader());
        }

        @Override
        public Message protobuf() {
            return response;
        }
    }

    record Remaining(LeaseTimeToLiveResponse response, boolean keys) implements Answer {
        @Override
        public void simple(Simple out) {
            if (response.getGrantedTTL() == 0 && response.getTTL() == -1) {
                out.line("lease " + id(response.getID()) + " already expired");
                return;
            }
            String line = "lease " + id(response.getID()) + " granted with TTL(" + response.getGrantedTTL()
                    + "s), remaining(" + response.getTTL() + "s)";
            if (keys) {
                line += ", attached keys("
                        + response.getKeysList().stream()
                                .map(ByteString::toStringUtf8)
                                .collect(Collectors.joining(" ", "[", "]"))
                        + ")";
            }
            out.line(line);
        }

        @Override
        public String json() {
            String list = response.getKeysCount() == 0
                    ? "null"
                    : response.getKeysList().stream()
                            .map(key -> GoJson.bytes(key.toByteArray()))
                            .collect(Collectors.joining(",", "[", "]"));
            return "{" + header(response.getHeader()) + "\"id\":" + response.getID() + ",\"ttl\":" + response.getTTL()
                    + ",\"granted-ttl\":" + response.getGrantedTTL() + ",\"keys\":" + list + "}";
        }

        @Override
        public void fields(Fields out) {
            out.header(response.getHeader());
            out.lease("ID", response.getID());
            out.line("TTL", response.getTTL());
            out.line("GrantedTTL", response.getGrantedTTL());
            for (ByteString key : response.getKeysList()) {
                out.line("Key", GoText.quoted(key.toByteArray()));
            }
        }

        @Override
        public Message protobuf() {
            return response;
        }
    }

    record Listed(LeaseLeasesResponse response) implements Answer {
        @Override
        public void simple(Simple out) {
            out.line("found " + response.getLeasesCount() + " leases");
            response.getLeasesList().forEach(lease -> out.line(id(lease.getID())));
        }

        @Override
        public String json() {
            return "{" + header(response.getHeader()) + "\"leases\":"
                    + response.getLeasesList().stream()
                            .map(lease -> "{\"id\":" + lease.getID() + "}")
                            .collect(Collectors.joining(",", "[", "]"))
                    + "}";
        }

        @Override
        public void fields(Fields out) {
            out.header(response.getHeader());
            response.getLeasesList().forEach(lease -> out.lease("ID", lease.getID()));
        }

        @Override
        public Message protobuf() {
            return response;
        }
    }

    record KeptAlive(LeaseKeepAliveResponse response) implements Answer {
        @Override
        public void simple(Simple out) {
            out.line("lease " + id(response.getID()) + " keepalived with TTL(" + response.getTTL() + ")");
        }

        @Override
        public String json() {
            return "{" + header(response.getHeader()) + "\"ID\":" + response.getID() + ",\"TTL\":" + response.getTTL()
                    + "}";
        }

        @Override
        public void fields(Fields out) {
            out.header(response.getHeader());
            out.lease("ID", response.getID());
            out.line("TTL", response.getTTL());
        }

        @Override
        public Message protobuf() {
            return response;
        }
    }
}
