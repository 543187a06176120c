/** The log: a small slf4j backend that writes etcd's JSON lines, or plain ones for people. No configuration files. */
@NullMarked
package io.leasehold.server.logging;

import org.jspecify.annotations.NullMarked;
