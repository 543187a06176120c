package io.leasehold.lease.leasehttp;

import java.time.Duration;

/** What both sides of lease HTTP must agree on; the values are etcd's. */
public final class LeaseHttp {
    /** Takes a {@code LeaseKeepAliveRequest}, answers a {@code LeaseKeepAliveResponse}. */
    public static final String RENEW_PATH = "/leases";

    /** Takes a {@code LeaseInternalRequest}, answers a {@code LeaseInternalResponse}. */
    public static final String INTERNAL_PATH = "/leases/internal";

    /** Of requests and of answers that are not errors. */
    public static final String CONTENT_TYPE = "application/protobuf";

    /** The largest request body, in bytes: a request is two small numbers, so anything larger is a mistake. */
    public static final int REQUEST_BYTES_MAX = 64 * 1024;

    /** How long a member may take to catch up with the log before it answers 408. */
    public static final Duration APPLY_TIMEOUT = Duration.ofSeconds(1);

    private LeaseHttp() {}
}
