/** Sessions: a lease that is kept alive for an owner, and all that hangs on it. */
@NullMarked
package io.leasehold.client.session;

import org.jspecify.annotations.NullMarked;
