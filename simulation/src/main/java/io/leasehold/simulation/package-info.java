/**
 * Many members in one thread and in simulated time: the real replica over a small Raft of the simulation's own, with
 * faults from a seed, and checkers that see everything. {@link io.leasehold.simulation.World} is where to begin.
 */
@NullMarked
package io.leasehold.simulation;

import org.jspecify.annotations.NullMarked;
