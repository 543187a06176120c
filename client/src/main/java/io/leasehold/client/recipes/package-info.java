/**
 * Locks, elections, transactions over many keys, barriers and queues, on the keys that etcd's own recipes use, so that
 * programs of both kinds can meet. Whatever is held is held by a session, or another holder of a lease, and lost with it.
 */
@NullMarked
package io.leasehold.client.recipes;

import org.jspecify.annotations.NullMarked;
