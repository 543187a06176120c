/** Keeps the heap from growing far beyond what is alive in it. */
@NullMarked
package io.leasehold.server.memory;

import org.jspecify.annotations.NullMarked;
