/** Watches that go on after any disconnect, losing and repeating nothing. */
@NullMarked
package io.leasehold.client.watch;

import org.jspecify.annotations.NullMarked;
