/**
 * What clients saw, and whether a correct store could have shown it to them. Pure: no clock, no threads, no network. Times
 * are readings of one monotonic clock, that of the process in which all clients run.
 */
@NullMarked
package io.leasehold.faults.history;

import org.jspecify.annotations.NullMarked;
