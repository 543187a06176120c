/** The client's one thread and clock, so that tests can be both. */
@NullMarked
package io.leasehold.client.internal.time;

import org.jspecify.annotations.NullMarked;
