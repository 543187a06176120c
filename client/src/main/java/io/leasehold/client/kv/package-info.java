/** Keys and values: reads, writes, transactions and walks over large ranges. */
@NullMarked
package io.leasehold.client.kv;

import org.jspecify.annotations.NullMarked;
