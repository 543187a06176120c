package io.leasehold.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.etcdserverpb.ResponseHeader;
import io.leasehold.protocol.etcdserverpb.ResponseOp;
import io.leasehold.protocol.etcdserverpb.TxnResponse;
import io.leasehold.protocol.mvccpb.KeyValue;
import org.junit.jupiter.api.Test;

class GoJsonTest {
    @Test
    void an_answer_is_written_with_unsigned_numbers_and_bytes_in_base64_and_without_zeros() {
        RangeResponse response = RangeResponse.newBuilder()
                .setHeader(ResponseHeader.newBuilder().setClusterId(-1).setRevision(4))
                .addKvs(KeyValue.newBuilder()
                        .setKey(ByteString.copyFromUtf8("a"))
                        .setModRevision(3)
                        .setValue(ByteString.copyFromUtf8("v")))
                .setCount(1)
                .build();
        assertThat(GoJson.of(response))
                .isEqualTo("{\"header\":{\"cluster_id\":18446744073709551615,\"revision\":4},"
                        + "\"kvs\":[{\"key\":\"YQ==\",\"mod_revision\":3,\"value\":\"dg==\"}],\"count\":1}");
    }

    @Test
    void a_oneof_stands_inside_its_own_name() {
        TxnResponse response = TxnResponse.newBuilder()
                .addResponses(ResponseOp.newBuilder().setResponseRange(RangeResponse.getDefaultInstance()))
                .build();
        assertThat(GoJson.of(response)).isEqualTo("{\"responses\":[{\"Response\":{\"response_range\":{}}}]}");
    }

    @Test
    void text_is_escaped_as_go_escapes_it() {
        assertThat(GoJson.text("a\"b\\<\n")).isEqualTo("\"a\\\"b\\\\\\u003c\\n\"");
    }
}
