/** How a mirror is kept. */
@NullMarked
package io.leasehold.client.internal.mirror;

import org.jspecify.annotations.NullMarked;
