/** Watchers: who wants to see which changes, and bringing them there in order, once, and without waiting for anybody. */
@NullMarked
package io.leasehold.server.watch;

import org.jspecify.annotations.NullMarked;
