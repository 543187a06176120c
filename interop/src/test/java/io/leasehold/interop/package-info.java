/** What the tests against running servers share. */
@NullMarked
package io.leasehold.interop;

import org.jspecify.annotations.NullMarked;
