/** Plain HTTP on the client port: health, version and metrics, and the seam through which HTTP requests are served. */
@NullMarked
package io.leasehold.server.http;

import org.jspecify.annotations.NullMarked;
