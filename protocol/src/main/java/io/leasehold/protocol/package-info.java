/**
 * The wire contract: etcd's v3 messages and services (generated from our own .proto files), the list of errors a
 * client can see, and {@link io.leasehold.protocol.ByteSequence}. Knows nothing of the rest of Leasehold.
 */
@NullMarked
package io.leasehold.protocol;

import org.jspecify.annotations.NullMarked;
