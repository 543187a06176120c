package io.leasehold.server.gateway;

import io.leasehold.server.http.HttpCall;
import java.util.List;

/** How keys and values, which are bytes, stand in JSON. */
enum BytesForm {
    /** As in etcd: base64. */
    BASE64,
    /** Our own, for people and shells: as text, and as {@code {"base64":"…"}} where they are none. */
    TEXT;

    /** What a caller asks for by {@code ?bytes=text}, or {@code ?bytes=base64}. */
    static BytesForm of(HttpCall call, BytesForm whenUntold) {
        List<String> asked = call.query().getOrDefault("bytes", List.of());
        if (asked.isEmpty()) {
            return whenUntold;
        }
        return asked.getFirst().equals("text") ? TEXT : BASE64;
    }
}
