/** Unix sockets between members of one machine: the engine speaks TCP alone, so connections are carried over. */
@NullMarked
package io.leasehold.server.peersocket;

import org.jspecify.annotations.NullMarked;
