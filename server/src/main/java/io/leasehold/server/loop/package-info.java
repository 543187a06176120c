/**
 * Threads that own things: a {@link io.leasehold.server.loop.TurnLoop} gives an owner its thread, a
 * {@link io.leasehold.server.loop.Mailbox} brings it work, a {@link io.leasehold.server.loop.WakeUp} lets it sleep.
 */
@NullMarked
package io.leasehold.server.loop;

import org.jspecify.annotations.NullMarked;
