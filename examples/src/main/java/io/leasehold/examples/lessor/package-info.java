/** A program that has leases of its own, by the lessor library. */
@NullMarked
package io.leasehold.examples.lessor;

import org.jspecify.annotations.NullMarked;
