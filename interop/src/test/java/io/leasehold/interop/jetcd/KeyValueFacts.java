package io.leasehold.interop.jetcd;

import static io.leasehold.interop.jetcd.JetcdClient.answer;
import static io.leasehold.interop.jetcd.JetcdClient.bytes;
import static io.leasehold.interop.jetcd.JetcdClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.DeleteResponse;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.PutResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Keys, values and transactions by jetcd's interfaces. */
abstract class KeyValueFacts {
    /** Who is asked. */
    abstract JetcdClient client();

    @Test
    void what_was_put_is_got() {
        PutResponse put = answer(client().kv().put(bytes("k"), bytes("v")));
        GetResponse get = answer(client().kv().get(bytes("k")));

        assertThat(get.getCount()).isEqualTo(1);
        KeyValue found = get.getKvs().get(0);
        assertThat(text(found.getValue())).isEqualTo("v");
        assertThat(found.getModRevision()).isEqualTo(put.getHeader().getRevision());
        assertThat(get.getHeader().getMemberId()).isNotZero();
    }

    @Test
    void put_returns_the_previous_value_when_asked() {
        PutOption withPrevious = PutOption.builder().withPrevKV().build();
        answer(client().kv().put(bytes("prev"), bytes("1")));

        PutResponse second = answer(client().kv().put(bytes("prev"), bytes("2"), withPrevious));

        assertThat(second.hasPrevKv()).isTrue();
        assertThat(text(second.getPrevKv().getValue())).isEqualTo("1");
    }

    @Test
    void a_prefix_is_read_in_pages() {
        for (int i = 0; i < 25; i++) {
            answer(client().kv().put(bytes("page/%02d".formatted(i)), bytes("v")));
        }

        GetResponse page = answer(client().kv()
                .get(
                        bytes("page/"),
                        GetOption.builder().isPrefix(true).withLimit(10).build()));

        assertThat(page.getKvs()).hasSize(10);
        assertThat(page.isMore()).isTrue();
        assertThat(page.getCount()).isEqualTo(25);
        assertThat(text(page.getKvs().get(9).getKey())).isEqualTo("page/09");
    }

    @Test
    void puts_that_overlap_all_count() {
        List<CompletableFuture<PutResponse>> puts = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            puts.add(client().kv().put(bytes("many"), bytes(Integer.toString(i))));
        }
        puts.forEach(JetcdClient::answer);

        assertThat(answer(client().kv().get(bytes("many"))).getKvs().get(0).getVersion())
                .isEqualTo(500);
    }

    @Test
    void delete_returns_what_it_deleted() {
        answer(client().kv().put(bytes("del/a"), bytes("1")));
        answer(client().kv().put(bytes("del/b"), bytes("2")));

        DeleteResponse deleted = answer(client().kv()
                .delete(
                        bytes("del/"),
                        DeleteOption.builder().isPrefix(true).withPrevKV(true).build()));

        assertThat(deleted.getDeleted()).isEqualTo(2);
        assertThat(deleted.getPrevKvs().stream().map(kv -> text(kv.getValue()))).containsExactly("1", "2");
    }

    @Test
    void txn_takes_one_branch() {
        KV kv = client().kv();
        Cmp absent = new Cmp(bytes("t"), Cmp.Op.EQUAL, CmpTarget.version(0));
        Op.PutOp create = Op.put(bytes("t"), bytes("created"), PutOption.DEFAULT);
        Op.GetOp read = Op.get(bytes("t"), GetOption.DEFAULT);

        TxnResponse first = answer(kv.txn().If(absent).Then(create).Else(read).commit());
        TxnResponse second = answer(kv.txn().If(absent).Then(create).Else(read).commit());

        assertThat(first.isSucceeded()).isTrue();
        assertThat(first.getPutResponses()).hasSize(1);
        assertThat(second.isSucceeded()).isFalse();
        assertThat(text(second.getGetResponses().get(0).getKvs().get(0).getValue()))
                .isEqualTo("created");
    }

    @Test
    void nested_txns_run_within_one_revision() {
        Cmp holds = new Cmp(bytes("absent"), Cmp.Op.EQUAL, CmpTarget.createRevision(0));
        Op inner =
                Op.txn(new Cmp[] {holds}, new Op[] {Op.put(bytes("nest/b"), bytes("2"), PutOption.DEFAULT)}, new Op[0]);

        TxnResponse done = answer(client().kv()
                .txn()
                .Then(Op.put(bytes("nest/a"), bytes("1"), PutOption.DEFAULT), inner)
                .commit());

        GetResponse both = answer(client().kv()
                .get(bytes("nest/"), GetOption.builder().isPrefix(true).build()));
        assertThat(both.getKvs())
                .hasSize(2)
                .allMatch(kv -> kv.getModRevision() == done.getHeader().getRevision());
    }

    @Test
    void compacted_and_future_revisions_are_refused_with_etcds_words() {
        answer(client().kv().put(bytes("c"), bytes("1")));
        long revision =
                answer(client().kv().put(bytes("c"), bytes("2"))).getHeader().getRevision();
        answer(client().kv().compact(revision));

        assertThatThrownBy(() -> answer(client().kv()
                        .get(
                                bytes("c"),
                                GetOption.builder().withRevision(revision - 1).build())))
                .hasMessageContaining("etcdserver: mvcc: required revision has been compacted");
        assertThatThrownBy(() -> answer(client().kv()
                        .get(
                                bytes("c"),
                                GetOption.builder()
                                        .withRevision(revision + 1_000)
                                        .build())))
                .hasMessageContaining("etcdserver: mvcc: required revision is a future revision");
    }
}
