/** Single operations on the lease structures, measured with JMH; {@code benchmarks/jmh} runs them. */
@NullMarked
package io.leasehold.benchmarks.structures;

import org.jspecify.annotations.NullMarked;
