/** What our own client costs the program it lives in. */
@NullMarked
package io.leasehold.benchmarks.client;

import org.jspecify.annotations.NullMarked;
