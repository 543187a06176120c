/** How long a cluster of several members answers nobody when its leader goes. */
@NullMarked
package io.leasehold.benchmarks.cluster;

import org.jspecify.annotations.NullMarked;
