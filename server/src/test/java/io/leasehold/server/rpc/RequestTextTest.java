package io.leasehold.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.etcdserverpb.AuthenticateRequest;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.LeaseGrantRequest;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import io.leasehold.statemachine.Command;
import org.junit.jupiter.api.Test;

class RequestTextTest {
    @Test
    void a_range_is_told_with_its_keys_and_options() {
        KeyRange keys = KeyRange.of(ByteSequence.utf8("a"), ByteSequence.utf8("b"));
        assertThat(RequestText.of(new RangeQuery(Command.Range.of(keys), true))).isEqualTo("range keys=[a, b)");
    }

    @Test
    void a_put_is_told_with_its_lease_and_the_size_of_its_value_but_not_the_value() {
        Command.Put put = Command.Put.of(ByteSequence.utf8("k"), ByteSequence.utf8("secret"), 0xabc);
        assertThat(RequestText.of(put)).isEqualTo("put key=k value_size=6 lease=abc");
    }

    @Test
    void a_transaction_is_told_with_its_operations() {
        TxnRequest txn = TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder()
                        .setRequestPut(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k"))))
                .addFailure(RequestOp.newBuilder()
                        .setRequestDeleteRange(DeleteRangeRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8("x"))
                                .setRangeEnd(ByteString.copyFrom(new byte[1]))))
                .build();
        assertThat(RequestText.of(txn))
                .isEqualTo("txn compares=0 success=[put key=k value_size=0] failure=[delete keys=[x, …)]");
    }

    @Test
    void a_grant_is_told_with_its_lease() {
        assertThat(RequestText.of(
                        LeaseGrantRequest.newBuilder().setID(255).setTTL(9).build()))
                .isEqualTo("grant lease=ff ttl=9s");
    }

    @Test
    void of_what_may_hold_a_secret_only_the_name_is_told() {
        assertThat(RequestText.of(
                        AuthenticateRequest.newBuilder().setPassword("secret").build()))
                .isEqualTo("AuthenticateRequest");
    }

    @Test
    void the_line_is_bounded() {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (int i = 0; i < 128; i++) {
            txn.addSuccess(RequestOp.newBuilder()
                    .setRequestPut(PutRequest.newBuilder().setKey(ByteString.copyFrom(new byte[1_000]))));
        }
        assertThat(RequestText.of(txn.build()).length()).isLessThan(1_100);
    }
}
