/** Users, members and maintenance on the wire. Not for users. */
@NullMarked
package io.leasehold.client.internal.admin;

import org.jspecify.annotations.NullMarked;
