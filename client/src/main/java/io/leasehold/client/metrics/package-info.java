/** Where the client's counts go, if anybody wants them. */
@NullMarked
package io.leasehold.client.metrics;

import org.jspecify.annotations.NullMarked;
