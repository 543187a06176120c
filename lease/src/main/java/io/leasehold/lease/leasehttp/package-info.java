/**
 * Leases renewed and asked after over plain HTTP, as etcd's members do among themselves (its package leasehttp): a handler
 * that any HTTP server can stand in front of, and the client. The client and {@link
 * io.leasehold.lease.leasehttp.LessorHttpHandler} do I/O: see docs/lessor.md.
 */
@NullMarked
package io.leasehold.lease.leasehttp;

import org.jspecify.annotations.NullMarked;
