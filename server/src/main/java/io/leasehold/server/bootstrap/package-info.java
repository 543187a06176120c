/** What a member on a fresh directory finds out before it founds or joins a cluster: from its flags, from DNS, and from a registry. */
@org.jspecify.annotations.NullMarked
package io.leasehold.server.bootstrap;
