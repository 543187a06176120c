package io.leasehold.jetcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.DeleteRangeResponse;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnResponse;
import io.leasehold.client.call.Header;
import io.leasehold.client.kv.DeleteResult;
import io.leasehold.client.kv.GetResult;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.KeyValue;
import io.leasehold.client.kv.OpResult;
import io.leasehold.client.kv.PutResult;
import io.leasehold.client.kv.TxnResult;
import io.leasehold.protocol.ByteSequence;
import java.util.Optional;

/** The client's answers as the messages that jetcd's responses wrap, and jetcd's keys as the client's. Pure. */
final class Messages {
    private static final ByteSequence ZERO = ByteSequence.wrap(new byte[] {0});

    private Messages() {}

    static ByteSequence own(io.etcd.jetcd.ByteSequence bytes) {
        return ByteSequence.wrap(bytes.getBytes());
    }

    static ByteSequence own(ByteString bytes) {
        return ByteSequence.wrap(bytes.toByteArray());
    }

    static io.etcd.jetcd.ByteSequence theirs(ByteSequence bytes) {
        return io.etcd.jetcd.ByteSequence.from(bytes.toByteArray());
    }

    static ByteString wire(ByteSequence bytes) {
        return ByteString.copyFrom(bytes.toByteArray());
    }

    /** The range that jetcd's options mean: an end goes before a prefix, and an empty key with either means the first key. */
    static KeyRange range(io.etcd.jetcd.ByteSequence key, Optional<io.etcd.jetcd.ByteSequence> end, boolean isPrefix) {
        ByteSequence from = own(key);
        if (end.isPresent()) {
            return new KeyRange(from.isEmpty() ? ZERO : from, own(end.get()));
        }
        return isPrefix ? KeyRange.prefix(from) : KeyRange.single(from);
    }

    static ResponseHeader header(Header header) {
        return ResponseHeader.newBuilder()
                .setClusterId(header.clusterId())
                .setMemberId(header.memberId())
                .setRevision(header.revision())
                .setRaftTerm(header.raftTerm())
                .build();
    }

    /** A header of which only the revision is known. */
    static ResponseHeader header(long revision) {
        return ResponseHeader.newBuilder().setRevision(revision).build();
    }

    static io.etcd.jetcd.api.KeyValue entry(KeyValue entry) {
        return io.etcd.jetcd.api.KeyValue.newBuilder()
                .setKey(wire(entry.key()))
                .setValue(wire(entry.value()))
                .setCreateRevision(entry.createRevision())
                .setModRevision(entry.modRevision())
                .setVersion(entry.version())
                .setLease(entry.leaseId())
                .build();
    }

    static RangeResponse range(GetResult result) {
        RangeResponse.Builder message = RangeResponse.newBuilder()
                .setHeader(header(result.header()))
                .setMore(result.more())
                .setCount(result.count());
        result.entries().forEach(entry -> message.addKvs(entry(entry)));
        return message.build();
    }

    static PutResponse put(PutResult result) {
        PutResponse.Builder message = PutResponse.newBuilder().setHeader(header(result.header()));
        result.previous().ifPresent(entry -> message.setPrevKv(entry(entry)));
        return message.build();
    }

    static DeleteRangeResponse delete(DeleteResult result) {
        DeleteRangeResponse.Builder message = DeleteRangeResponse.newBuilder()
                .setHeader(header(result.header()))
                .setDeleted(result.deleted());
        result.previous().forEach(entry -> message.addPrevKvs(entry(entry)));
        return message.build();
    }

    static TxnResponse txn(TxnResult result) {
        TxnResponse.Builder message =
                TxnResponse.newBuilder().setHeader(header(result.header())).setSucceeded(result.succeeded());
        result.results().forEach(each -> message.addResponses(part(each)));
        return message.build();
    }

    private static ResponseOp part(OpResult result) {
        ResponseOp.Builder part = ResponseOp.newBuilder();
        if (result instanceof GetResult get) {
            part.setResponseRange(range(get));
        } else if (result instanceof PutResult put) {
            part.setResponsePut(put(put));
        } else if (result instanceof DeleteResult delete) {
            part.setResponseDeleteRange(delete(delete));
        } else if (result instanceof TxnResult nested) {
            part.setResponseTxn(txn(nested));
        }
        return part.build();
    }
}
