/** Cases at the level of plain gRPC messages, with nothing of a client library between. */
@NullMarked
package io.leasehold.interop.grpc;

import org.jspecify.annotations.NullMarked;
