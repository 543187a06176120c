/** Reads and writes on the wire. Not for users. */
@NullMarked
package io.leasehold.client.internal.kv;

import org.jspecify.annotations.NullMarked;
