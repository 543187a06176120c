/** The Java client that most people have, jetcd from Maven Central, against the server. */
@NullMarked
package io.leasehold.interop.jetcd;

import org.jspecify.annotations.NullMarked;
