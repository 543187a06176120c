/** Load on a server in another process and what it cost there: rows of workloads, etcd and Leasehold side by side. */
@NullMarked
package io.leasehold.benchmarks;

import org.jspecify.annotations.NullMarked;
