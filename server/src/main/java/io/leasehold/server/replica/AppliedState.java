package io.leasehold.server.replica;

import io.leasehold.mvcc.StoreSnapshot;

/** What the Applier has published: immutable, replaced as a whole after each batch. */
record AppliedState(long index, long term, StoreSnapshot snapshot) {}
