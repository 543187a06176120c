/** Counters, gauges and histograms, and their Prometheus text form. */
@NullMarked
package io.leasehold.server.metrics;

import org.jspecify.annotations.NullMarked;
