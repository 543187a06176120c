/** The lease client as its first design named it, for whoever comes with that document in hand. */
@NullMarked
package io.leasehold.client.lease.classic;

import org.jspecify.annotations.NullMarked;
