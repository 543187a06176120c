/** Clients that put load on a cluster and write down what they saw. */
@NullMarked
package io.leasehold.faults.load;

import org.jspecify.annotations.NullMarked;
