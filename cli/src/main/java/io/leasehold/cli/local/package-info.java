/**
 * {@code leasehold cluster}: several members on one machine, for people who try things. One process keeps them as its
 * children; other processes ask it by a socket.
 */
@NullMarked
package io.leasehold.cli.local;

import org.jspecify.annotations.NullMarked;
