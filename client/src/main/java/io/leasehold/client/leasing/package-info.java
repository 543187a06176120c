/** Keys and values from a cache that is never stale, by owning what it holds. */
@NullMarked
package io.leasehold.client.leasing;

import org.jspecify.annotations.NullMarked;
