/**
 * The gRPC services: decode, check, hand over to the {@link io.leasehold.server.replica.Replica}, encode. Hot messages
 * go from and to bytes without message objects; the others use the generated ones.
 */
@NullMarked
package io.leasehold.server.rpc;

import org.jspecify.annotations.NullMarked;
