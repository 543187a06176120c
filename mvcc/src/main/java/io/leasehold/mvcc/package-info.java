@NullMarked
package io.leasehold.mvcc;

import org.jspecify.annotations.NullMarked;
