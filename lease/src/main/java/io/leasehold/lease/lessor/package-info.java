/**
 * Leases as a library of their own: a {@link io.leasehold.lease.lessor.Lessor} grants, renews, revokes and expires leases
 * over whatever its user calls keys, and keeps them in a {@link io.leasehold.lease.lessor.LessorStore}. The server does not
 * use it: there the log decides. Time comes from an injected ticker; the thread and the files are in package {@code host}.
 */
@NullMarked
package io.leasehold.lease.lessor;

import org.jspecify.annotations.NullMarked;
