/** The state of a member in etcd's own file format: written for a snapshot, read to restore one. */
@NullMarked
package io.leasehold.server.snapshot;

import org.jspecify.annotations.NullMarked;
