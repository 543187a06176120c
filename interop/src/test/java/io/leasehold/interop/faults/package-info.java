/** Servers that are killed, paused and sent nonsense, and what clients may then still rely on. */
@NullMarked
package io.leasehold.interop.faults;

import org.jspecify.annotations.NullMarked;
