/** Status, alarms, snapshots and the like. */
@NullMarked
package io.leasehold.client.maintenance;

import org.jspecify.annotations.NullMarked;
