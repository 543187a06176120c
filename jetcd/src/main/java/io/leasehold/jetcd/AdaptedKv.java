package io.leasehold.jetcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.Txn;
import io.etcd.jetcd.api.CompactionResponse;
import io.etcd.jetcd.kv.CompactResponse;
import io.etcd.jetcd.kv.DeleteResponse;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.PutResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.TxnImpl;
import io.etcd.jetcd.options.CompactOption;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.OptionsUtil;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.TxnOption;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.kv.Sort;
import java.util.concurrent.CompletableFuture;

/**
 * Keys and values. {@code withAutoRetry} changes nothing: what may be repeated safely always is, and nothing else ever. Any
 * thread.
 */
final class AdaptedKv implements KV {
    private final Kv kv;

    AdaptedKv(Kv kv) {
        this.kv = kv;
    }

    @Override
    public CompletableFuture<PutResponse> put(ByteSequence key, ByteSequence value) {
        return put(key, value, PutOption.DEFAULT);
    }

    @Override
    public CompletableFuture<PutResponse> put(ByteSequence key, ByteSequence value, PutOption option) {
        PutOptions options = new PutOptions(option.getLeaseId(), option.getPrevKV(), false, false);
        return Answers.of(
                kv.put(Messages.own(key), Messages.own(value), options),
                result -> new PutResponse(Messages.put(result), ByteSequence.EMPTY));
    }

    @Override
    public CompletableFuture<GetResponse> get(ByteSequence key) {
        return get(key, GetOption.DEFAULT);
    }

    @Override
    public CompletableFuture<GetResponse> get(ByteSequence key, GetOption option) {
        return Answers.of(
                kv.get(Messages.range(key, option.getEndKey(), option.isPrefix()), options(option)),
                result -> new GetResponse(Messages.range(result), ByteSequence.EMPTY));
    }

    private static GetOptions options(GetOption option) {
        GetOptions.Content content = option.isCountOnly()
                ? GetOptions.Content.COUNT_ONLY
                : option.isKeysOnly() ? GetOptions.Content.KEYS_ONLY : GetOptions.Content.KEYS_AND_VALUES;
        Sort sort = new Sort(
                Transactions.target(OptionsUtil.toRangeRequestSortTarget(option.getSortField())),
                Transactions.order(OptionsUtil.toRangeRequestSortOrder(option.getSortOrder())));
        return new GetOptions(
                option.getLimit(),
                option.getRevision(),
                sort,
                option.isSerializable(),
                content,
                new GetOptions.RevisionFilter(
                        option.getMinModRevision(),
                        option.getMaxModRevision(),
                        option.getMinCreateRevision(),
                        option.getMaxCreateRevision()));
    }

    @Override
    public CompletableFuture<DeleteResponse> delete(ByteSequence key) {
        return delete(key, DeleteOption.DEFAULT);
    }

    @Override
    public CompletableFuture<DeleteResponse> delete(ByteSequence key, DeleteOption option) {
        return Answers.of(
                kv.delete(Messages.range(key, option.getEndKey(), option.isPrefix()), option.isPrevKV()),
                result -> new DeleteResponse(Messages.delete(result), ByteSequence.EMPTY));
    }

    @Override
    public CompletableFuture<CompactResponse> compact(long revision) {
        return compact(revision, CompactOption.DEFAULT);
    }

    @Override
    public CompletableFuture<CompactResponse> compact(long revision, CompactOption option) {
        return Answers.of(
                kv.compact(revision, option.isPhysical()),
                header -> new CompactResponse(CompactionResponse.newBuilder()
                        .setHeader(Messages.header(header))
                        .build()));
    }

    @Override
    public Txn txn() {
        return TxnImpl.newTxn(
                request -> Answers.of(
                        kv.commit(Transactions.of(request)),
                        result -> new TxnResponse(Messages.txn(result), ByteSequence.EMPTY)),
                ByteSequence.EMPTY);
    }

    @Override
    public Txn txn(TxnOption option) {
        return txn();
    }
}
