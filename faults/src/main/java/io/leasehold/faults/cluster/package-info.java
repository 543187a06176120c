/** Members as processes, and the network between them, which can be cut, held up and slowed in each direction. */
@NullMarked
package io.leasehold.faults.cluster;

import org.jspecify.annotations.NullMarked;
