/** OpenTelemetry traces of calls; nothing here is loaded unless a flag switches it on. */
@NullMarked
package io.leasehold.server.trace;

import org.jspecify.annotations.NullMarked;
