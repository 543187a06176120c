@NullMarked
package io.leasehold.lease;

import org.jspecify.annotations.NullMarked;
