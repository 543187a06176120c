package io.leasehold.server.front;

import java.util.Map;

/**
 * Whether pages that browsers have loaded from elsewhere may use what an HTTP port serves.
 *
 * @param headers go with every answer; when there are any, OPTIONS is answered for all paths before the endpoints are asked
 */
record CrossOrigin(Map<String, String> headers) {
    /** They may, as etcd lets them use its gateway. */
    static final CrossOrigin ALLOWED = new CrossOrigin(Map.of(
            "Access-Control-Allow-Methods", "POST, GET, OPTIONS, PUT, DELETE",
            "Access-Control-Allow-Origin", "*",
            "Access-Control-Allow-Headers", "accept, content-type, authorization"));

    /** They may not; OPTIONS is a request like any other. */
    static final CrossOrigin UNTOLD = new CrossOrigin(Map.of());

    CrossOrigin {
        headers = Map.copyOf(headers);
    }

    boolean answersOptions() {
        return !headers.isEmpty();
    }
}
