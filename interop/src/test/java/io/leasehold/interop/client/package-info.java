/** Our own client against running servers, with the network between them in the tests' hands. */
@NullMarked
package io.leasehold.interop.client;

import org.jspecify.annotations.NullMarked;
