/** What the server was told: etcd's flags and {@code ETCD_*} variables, read once into one immutable record. */
@NullMarked
package io.leasehold.server.config;

import org.jspecify.annotations.NullMarked;
