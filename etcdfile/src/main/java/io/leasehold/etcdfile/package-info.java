/** etcd's own database file, read and written: for moving to Leasehold and back. Knows nothing of Leasehold's state. */
@NullMarked
package io.leasehold.etcdfile;

import org.jspecify.annotations.NullMarked;
