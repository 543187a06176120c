/** How services are listed and registered. Not for users. */
@NullMarked
package io.leasehold.client.internal.naming;

import org.jspecify.annotations.NullMarked;
