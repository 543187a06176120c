/**
 * Clusters of real processes under random faults and load: members are killed, stopped, cut off, slowed and exchanged while
 * clients write, read, watch and renew through all of them. {@link io.leasehold.faults.FaultRun} is where to begin.
 */
@NullMarked
package io.leasehold.faults;

import org.jspecify.annotations.NullMarked;
