/**
 * The replicated log behind a narrow seam: what the replica needs of a consensus engine, in words of its own. The engine
 * lives in {@link io.leasehold.raft.ratis} and nothing outside that package knows which one it is.
 */
@NullMarked
package io.leasehold.raft;

import org.jspecify.annotations.NullMarked;
