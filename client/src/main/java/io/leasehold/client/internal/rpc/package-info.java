/** Endpoints, fail-over, retries, tokens: how a call gets to a server. Not for users. */
@NullMarked
package io.leasehold.client.internal.rpc;

import org.jspecify.annotations.NullMarked;
