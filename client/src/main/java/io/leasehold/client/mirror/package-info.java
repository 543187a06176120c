/** Copies of a range of keys in another cluster, or under another prefix, that are kept up to date. */
@NullMarked
package io.leasehold.client.mirror;

import org.jspecify.annotations.NullMarked;
