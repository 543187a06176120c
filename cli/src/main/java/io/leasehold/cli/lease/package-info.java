/** Commands on leases. */
@NullMarked
package io.leasehold.cli.lease;

import org.jspecify.annotations.NullMarked;
