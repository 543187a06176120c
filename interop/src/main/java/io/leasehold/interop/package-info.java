/**
 * Servers as processes: started, paused, killed and stopped from outside, Leasehold and etcd alike. Knows the command
 * line and the port of a server and nothing of its inside.
 */
@NullMarked
package io.leasehold.interop;

import org.jspecify.annotations.NullMarked;
