/** The Java client: start at {@link io.leasehold.client.LeaseholdClient}. Works with Leasehold and every etcd v3 server. */
@NullMarked
package io.leasehold.client;

import org.jspecify.annotations.NullMarked;
