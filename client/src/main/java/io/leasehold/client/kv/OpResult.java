package io.leasehold.client.kv;

import io.leasehold.client.call.Header;

/** The answer to one operation, by itself or inside a transaction. */
public sealed interface OpResult permits GetResult, PutResult, DeleteResult, TxnResult {
    /** Who answered, and at which revision. Inside a transaction etcd fills the revision only. */
    Header header();
}
