@NullMarked
package io.leasehold.raft;

import org.jspecify.annotations.NullMarked;
