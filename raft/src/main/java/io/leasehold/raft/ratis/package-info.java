/**
 * The replicated log on Apache Ratis. The only package that knows Ratis; everything it says leaves through the types of
 * {@link io.leasehold.raft}.
 */
@NullMarked
package io.leasehold.raft.ratis;

import org.jspecify.annotations.NullMarked;
