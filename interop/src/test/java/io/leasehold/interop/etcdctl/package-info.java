/** Debian's etcdctl 3.4 against the server: output, exit codes and errors as etcd's own server makes them. */
@NullMarked
package io.leasehold.interop.etcdctl;

import org.jspecify.annotations.NullMarked;
