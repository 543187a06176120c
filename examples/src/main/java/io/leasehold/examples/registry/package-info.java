/** A service registry: processes that register under leases, and one that watches who is alive. */
@NullMarked
package io.leasehold.examples.registry;

import org.jspecify.annotations.NullMarked;
