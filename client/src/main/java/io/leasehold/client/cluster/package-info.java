/** The members of the cluster. */
@NullMarked
package io.leasehold.client.cluster;

import org.jspecify.annotations.NullMarked;
