package io.leasehold.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.etcdserverpb.AlarmRequest;
import io.leasehold.protocol.etcdserverpb.Compare;
import io.leasehold.protocol.etcdserverpb.DeleteRangeRequest;
import io.leasehold.protocol.etcdserverpb.PutRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import io.leasehold.protocol.etcdserverpb.RequestOp;
import io.leasehold.protocol.etcdserverpb.TxnRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What requests must be (kv.md 2.1, 6.2, 6.3). */
final class RequestValidatorTest {
    private static final long SEED = 31_415;

    private static ByteString s(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static RequestOp put(String key) {
        return RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(s(key)))
                .build();
    }

    private static RequestOp delete(String key, String end) {
        return RequestOp.newBuilder()
                .setRequestDeleteRange(
                        DeleteRangeRequest.newBuilder().setKey(s(key)).setRangeEnd(s(end)))
                .build();
    }

    private static RequestOp range(String key) {
        return RequestOp.newBuilder()
                .setRequestRange(RangeRequest.newBuilder().setKey(s(key)))
                .build();
    }

    private static RequestOp nested(List<RequestOp> success, List<RequestOp> failure) {
        return RequestOp.newBuilder()
                .setRequestTxn(TxnRequest.newBuilder().addAllSuccess(success).addAllFailure(failure))
                .build();
    }

    private static Optional<ErrorCode> check(RequestOp... success) {
        return check(
                TxnRequest.newBuilder().addAllSuccess(Arrays.asList(success)).build());
    }

    private static Optional<ErrorCode> check(TxnRequest txn) {
        return RequestValidator.txn(txn, RequestValidator.TXN_OPS_DEFAULT_MAX);
    }

    private static List<RequestOp> puts(String prefix, int count) {
        List<RequestOp> puts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            puts.add(put(prefix + i));
        }
        return puts;
    }

    @Test
    void simple_requests_are_judged_in_etcds_order() {
        assertThat(RequestValidator.range(
                        RangeRequest.newBuilder().setSortTargetValue(9).build()))
                .contains(ErrorCode.EMPTY_KEY);
        RangeRequest.Builder range = RangeRequest.newBuilder().setKey(s("a"));
        assertThat(RequestValidator.range(range.build())).isEmpty();
        assertThat(RequestValidator.range(range.clone().setSortTargetValue(9).build()))
                .contains(ErrorCode.INVALID_SORT_OPTION);
        assertThat(RequestValidator.range(range.clone().setSortOrderValue(3).build()))
                .contains(ErrorCode.INVALID_SORT_OPTION);

        PutRequest.Builder put = PutRequest.newBuilder()
                .setValue(s("v"))
                .setLease(5)
                .setIgnoreValue(true)
                .setIgnoreLease(true);
        assertThat(RequestValidator.put(put.build())).contains(ErrorCode.EMPTY_KEY);
        assertThat(RequestValidator.put(put.setKey(s("a")).build())).contains(ErrorCode.VALUE_PROVIDED);
        assertThat(RequestValidator.put(put.clearValue().build())).contains(ErrorCode.LEASE_PROVIDED);
        assertThat(RequestValidator.put(Requests.put(put.build()))).contains(ErrorCode.LEASE_PROVIDED);
        assertThat(RequestValidator.put(put.clearLease().build())).isEmpty();

        assertThat(RequestValidator.deleteRange(DeleteRangeRequest.getDefaultInstance()))
                .contains(ErrorCode.EMPTY_KEY);
        assertThat(RequestValidator.alarm(
                        AlarmRequest.newBuilder().setActionValue(9).build()))
                .contains(ErrorCode.UNKNOWN_ALARM_ACTION);
        assertThat(RequestValidator.size(1_572_864, RequestValidator.REQUEST_BYTES_DEFAULT_MAX))
                .isEmpty();
        assertThat(RequestValidator.size(1_572_865, RequestValidator.REQUEST_BYTES_DEFAULT_MAX))
                .contains(ErrorCode.REQUEST_TOO_LARGE);
    }

    @Test
    void a_nested_transaction_may_use_what_its_parent_left_of_the_ops() {
        assertThat(check(puts("a", 128).toArray(RequestOp[]::new))).isEmpty();
        assertThat(check(puts("a", 129).toArray(RequestOp[]::new))).contains(ErrorCode.TOO_MANY_OPS);
        assertThat(check(nested(puts("a", 127), List.of()))).isEmpty();
        assertThat(check(nested(puts("a", 128), List.of()))).contains(ErrorCode.TOO_MANY_OPS);
        assertThat(check(nested(List.of(), puts("a", 128)))).contains(ErrorCode.TOO_MANY_OPS);
        TxnRequest.Builder compares = TxnRequest.newBuilder();
        for (int i = 0; i < 129; i++) {
            compares.addCompare(Compare.newBuilder().setKey(s("a")));
        }
        assertThat(check(compares.build())).contains(ErrorCode.TOO_MANY_OPS);
    }

    @Test
    void compares_come_before_success_ops_and_these_before_failure_ops() {
        RequestOp badPut = RequestOp.newBuilder()
                .setRequestPut(
                        PutRequest.newBuilder().setKey(s("a")).setValue(s("v")).setIgnoreValue(true))
                .build();
        RequestOp empty = RequestOp.getDefaultInstance();
        TxnRequest.Builder txn = TxnRequest.newBuilder()
                .addCompare(Compare.getDefaultInstance())
                .addSuccess(badPut)
                .addFailure(empty);

        assertThat(check(txn.build())).contains(ErrorCode.EMPTY_KEY);
        assertThat(check(txn.setCompare(0, Compare.newBuilder().setKey(s("a"))).build()))
                .contains(ErrorCode.VALUE_PROVIDED);
        assertThat(check(txn.setSuccess(0, put("a")).build())).contains(ErrorCode.KEY_NOT_FOUND);
        assertThat(check(nested(List.of(empty), List.of()))).contains(ErrorCode.KEY_NOT_FOUND);
    }

    @Test
    void keys_changed_twice_are_found_as_etcd_finds_them() {
        Optional<ErrorCode> duplicate = Optional.of(ErrorCode.DUPLICATE_KEY);
        RequestOp nestedPut = nested(List.of(put("k")), List.of());
        RequestOp nestedDelete = nested(List.of(), List.of(delete("k", "")));

        assertThat(check(put("k"), put("k"))).isEqualTo(duplicate);
        assertThat(check(put("b"), delete("a", "c"))).isEqualTo(duplicate);
        assertThat(check(delete("a", "c"), put("b"))).isEqualTo(duplicate);
        assertThat(check(delete("k", ""), put("k"))).isEqualTo(duplicate);
        assertThat(check(delete("a", "c"), put("c"))).isEmpty();
        assertThat(check(delete("a", "c"), delete("b", "d"))).isEmpty();
        assertThat(check(range("k"), put("k"), range("k"))).isEmpty();
        assertThat(check(put("k"), nestedPut)).isEqualTo(duplicate);
        assertThat(check(put("k"), nestedDelete)).isEqualTo(duplicate);
        assertThat(check(delete("a", "z"), nestedPut)).isEqualTo(duplicate);
        assertThat(check(nested(List.of(put("k")), List.of(put("k"))))).isEmpty();
        assertThat(check(nestedPut, nestedPut)).isEqualTo(duplicate);
        assertThat(check(nestedDelete, nestedPut)).isEqualTo(duplicate);
        assertThat(check(TxnRequest.newBuilder()
                        .addSuccess(put("k"))
                        .addFailure(put("k"))
                        .build()))
                .isEmpty();
        assertThat(check(TxnRequest.newBuilder()
                        .addFailure(put("k"))
                        .addFailure(put("k"))
                        .build()))
                .isEqualTo(duplicate);
    }

    @Test
    void two_oddities_of_etcd_are_kept() {
        RequestOp nestedPut = nested(List.of(put("k")), List.of());
        RequestOp nestedDelete = nested(List.of(delete("k", "")), List.of());

        assertThat(check(nestedPut, nestedDelete)).isEmpty();
        assertThat(check(delete("a", "\0"), put("b"))).isEmpty();
        assertThat(check(put("b"), delete("a", "\0"))).isEmpty();
    }

    @Test
    void random_lists_are_judged_as_by_a_plain_walk() {
        Random random = new Random(SEED);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            List<RequestOp> ops = ops(random, 0);
            boolean expected = new PlainWalk().duplicate(ops);
            assertThat(check(ops.toArray(RequestOp[]::new)).isPresent())
                    .as("seed %d, list %d: %s", SEED, i, ops)
                    .isEqualTo(expected);
            refused += expected ? 1 : 0;
        }
        assertThat(refused).isBetween(2_000, 18_000);
    }

    private static List<RequestOp> ops(Random random, int depth) {
        List<RequestOp> ops = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            String key = String.valueOf((char) ('a' + random.nextInt(9)));
            String end = String.valueOf((char) ('a' + random.nextInt(9)));
            ops.add(
                    switch (random.nextInt(depth > 2 ? 6 : 8)) {
                        case 0, 1 -> put(key);
                        case 2 -> range(key);
                        case 3 -> delete(key, "");
                        case 4 -> delete(key, end);
                        case 5 -> delete(key, "\0");
                        default -> nested(ops(random, depth + 1), ops(random, depth + 1));
                    });
        }
        return ops;
    }

    /** The same judgement in the plainest form: sets of one-letter keys instead of intervals. */
    private static final class PlainWalk {
        private final Set<String> puts = new HashSet<>();
        private final Set<String> deletes = new HashSet<>();

        boolean duplicate(List<RequestOp> ops) {
            for (RequestOp op : ops) {
                if (op.hasRequestDeleteRange()) {
                    delete(op.getRequestDeleteRange());
                }
            }
            for (RequestOp op : ops) {
                if (op.hasRequestTxn() && duplicate(op.getRequestTxn())) {
                    return true;
                }
            }
            for (RequestOp op : ops) {
                if (op.hasRequestPut() && !put(op.getRequestPut().getKey().toStringUtf8())) {
                    return true;
                }
            }
            return false;
        }

        private boolean duplicate(TxnRequest txn) {
            PlainWalk success = new PlainWalk();
            PlainWalk failure = new PlainWalk();
            if (success.duplicate(txn.getSuccessList()) || failure.duplicate(txn.getFailureList())) {
                return true;
            }
            Set<String> either = new HashSet<>(success.puts);
            either.addAll(failure.puts);
            for (String key : either) {
                if (!put(key)) {
                    return true;
                }
            }
            deletes.addAll(success.deletes);
            deletes.addAll(failure.deletes);
            return false;
        }

        private boolean put(String key) {
            return !deletes.contains(key) && puts.add(key);
        }

        private void delete(DeleteRangeRequest delete) {
            String key = delete.getKey().toStringUtf8();
            if (delete.getRangeEnd().isEmpty()) {
                deletes.add(key);
            }
            String end = delete.getRangeEnd().toStringUtf8();
            for (char c = 'a'; c < 'a' + 9; c++) {
                String letter = String.valueOf(c);
                if (letter.compareTo(key) >= 0 && letter.compareTo(end) < 0) {
                    deletes.add(letter);
                }
            }
        }
    }
}
