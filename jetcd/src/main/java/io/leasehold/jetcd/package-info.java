/** jetcd's interfaces over the Leasehold client. Its own types are on both sides: what it gives out is jetcd's. */
@NullMarked
package io.leasehold.jetcd;

import org.jspecify.annotations.NullMarked;
