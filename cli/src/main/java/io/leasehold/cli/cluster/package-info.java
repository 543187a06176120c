/** Commands on members and their upkeep. */
@NullMarked
package io.leasehold.cli.cluster;

import org.jspecify.annotations.NullMarked;
