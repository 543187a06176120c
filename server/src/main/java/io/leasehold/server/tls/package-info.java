/**
 * TLS for whoever listens or connects: what was asked for, certificates that are read anew when their files change, and
 * what is known of the other side. Knows neither the client port nor the peers.
 */
@NullMarked
package io.leasehold.server.tls;

import org.jspecify.annotations.NullMarked;
