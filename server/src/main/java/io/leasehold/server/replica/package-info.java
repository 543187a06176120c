/**
 * One member's replica: commands go into the log through the {@link io.leasehold.server.replica.Proposer}, come back
 * committed to the {@link io.leasehold.server.replica.Applier}, and services see it all as
 * {@link io.leasehold.server.replica.Replica}.
 */
@NullMarked
package io.leasehold.server.replica;

import org.jspecify.annotations.NullMarked;
