/** Mirrors and checks of clusters. */
@NullMarked
package io.leasehold.cli.utility;

import org.jspecify.annotations.NullMarked;
