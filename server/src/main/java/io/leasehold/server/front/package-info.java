/**
 * The client port: tells HTTP/2 from HTTP/1.1 by its first bytes, hands the former to grpc-java and serves the latter.
 * Owns the event loops; knows nothing of keys, leases or Raft.
 */
@NullMarked
package io.leasehold.server.front;

import org.jspecify.annotations.NullMarked;
