/** How the recipes work. Not for users. */
@NullMarked
package io.leasehold.client.internal.recipes;

import org.jspecify.annotations.NullMarked;
