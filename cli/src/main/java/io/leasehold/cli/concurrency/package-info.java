/** Locks and elections. */
@NullMarked
package io.leasehold.cli.concurrency;

import org.jspecify.annotations.NullMarked;
