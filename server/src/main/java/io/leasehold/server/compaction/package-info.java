/** Compaction that nobody asks for: when, and up to which revision. */
@NullMarked
package io.leasehold.server.compaction;

import org.jspecify.annotations.NullMarked;
