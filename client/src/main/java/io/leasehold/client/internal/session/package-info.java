/** The session engine. Not for users. */
@NullMarked
package io.leasehold.client.internal.session;

import org.jspecify.annotations.NullMarked;
