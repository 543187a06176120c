/** What curl and dashboards ask: the JSON gateway and the plain endpoints of the client port. */
@NullMarked
package io.leasehold.interop.http;

import org.jspecify.annotations.NullMarked;
