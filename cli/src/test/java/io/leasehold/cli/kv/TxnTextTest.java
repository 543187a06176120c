package io.leasehold.cli.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.leasehold.cli.CtlException;
import io.leasehold.protocol.etcdserverpb.Compare;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TxnTextTest {
    @Test
    void comparisons_are_read_with_quoted_keys_and_values() {
        Compare compare = CompareText.parse("mod(\"a \\\"key\\\"\") > \"7\"");
        assertThat(compare.getKey().toStringUtf8()).isEqualTo("a \"key\"");
        assertThat(compare.getTarget()).isEqualTo(Compare.CompareTarget.MOD);
        assertThat(compare.getResult()).isEqualTo(Compare.CompareResult.GREATER);
        assertThat(compare.getModRevision()).isEqualTo(7);
        assertThat(CompareText.parse("lease(\"k\") = \"ff\"").getLease()).isEqualTo(255);
        assertThat(CompareText.parse("val(\"k\") != \"x\" rest").getResult())
                .isEqualTo(Compare.CompareResult.NOT_EQUAL);
        assertThat(CompareText.parse("val(\"k\") = \"\\xff\\x00\"").getValue())
                .isEqualTo(ByteString.copyFrom(new byte[] {(byte) 0xff, 0}));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mod(\"k\") >= \"1\"", "mod(k) = \"1\"", "val(\"k\")=\"x\"", "frob(\"k\") = \"1\"", ""})
    void what_is_no_comparison_is_invalid_input(String line) {
        assertThatThrownBy(() -> CompareText.parse(line))
                .isInstanceOfSatisfying(
                        CtlException.class, e -> assertThat(e.code()).isEqualTo(CtlException.Code.INVALID_INPUT))
                .hasMessageStartingWith("malformed comparison: " + line);
    }

    @Test
    void a_comparison_with_what_is_no_number_is_invalid_input() {
        assertThatThrownBy(() -> CompareText.parse("mod(\"k\") = \"x\""))
                .isInstanceOfSatisfying(
                        CtlException.class, e -> assertThat(e.code()).isEqualTo(CtlException.Code.INVALID_INPUT))
                .hasMessage("invalid txn compare request: mod(\"k\") = \"x\"");
    }

    @Test
    void operations_take_the_flags_of_their_commands() {
        RequestOp get = OpText.parse("get k --prefix");
        assertThat(get.getRequestRange().getRangeEnd().toStringUtf8()).isEqualTo("l");
        RequestOp put = OpText.parse("put 'a b' \"line\\nline\" --prev-kv");
        assertThat(put.getRequestPut().getKey().toStringUtf8()).isEqualTo("a b");
        assertThat(put.getRequestPut().getValue()).isEqualTo(ByteString.copyFromUtf8("line\nline"));
        assertThat(put.getRequestPut().getPrevKv()).isTrue();
    }

    @Test
    void what_is_malformed_is_told_as_far_as_it_was_read() {
        assertThatThrownBy(() -> CompareText.parse("val( \"k\") = 7"))
                .hasMessage("malformed comparison: val( \"k\") = 7; got val(\"k\") = \"\"");
    }

    @Test
    void a_flag_of_one_operation_is_not_a_flag_of_the_next() {
        OpText.parse("put a b --prev-kv");
        assertThat(OpText.parse("put a b").getRequestPut().getPrevKv()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"frob a b", "put", "get", "put a b --frob"})
    void what_is_no_operation_is_refused(String line) {
        assertThatThrownBy(() -> OpText.parse(line)).isInstanceOf(CtlException.class);
    }
}
