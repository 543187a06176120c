/**
 * The JSON gateway: {@code POST /v3/…} over HTTP/1.1, each path one gRPC method. Translates messages and errors only; the
 * methods themselves are the gRPC services', called in process.
 */
@NullMarked
package io.leasehold.server.gateway;

import org.jspecify.annotations.NullMarked;
