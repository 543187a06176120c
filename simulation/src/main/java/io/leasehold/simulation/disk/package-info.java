/**
 * A disk in memory behind java.nio's own seam, so that the code that ships uses it without knowing: what was not forced is
 * lost or torn when the machine crashes, and a process can be killed between any two of its accesses.
 */
@NullMarked
package io.leasehold.simulation.disk;

import org.jspecify.annotations.NullMarked;
