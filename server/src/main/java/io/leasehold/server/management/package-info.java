/** What the JVM's own management is told: as little as possible while the server starts. */
@NullMarked
package io.leasehold.server.management;

import org.jspecify.annotations.NullMarked;
