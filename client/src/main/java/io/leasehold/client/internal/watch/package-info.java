/** The watch engine. Not for users. */
@NullMarked
package io.leasehold.client.internal.watch;

import org.jspecify.annotations.NullMarked;
