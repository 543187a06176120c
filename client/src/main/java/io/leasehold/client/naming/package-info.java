/**
 * Services and where they are: endpoints in keys under a service's name, in the form of etcd's own naming, and a name resolver
 * for grpc-java that follows them. Only the resolver shows types of gRPC.
 */
@NullMarked
package io.leasehold.client.naming;

import org.jspecify.annotations.NullMarked;
