/** Flags of a command line, by the rules of Go's pflag, which etcdctl's users know. */
@NullMarked
package io.leasehold.cli.flags;

import org.jspecify.annotations.NullMarked;
