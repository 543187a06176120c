/** The examples do what the README shows. */
@NullMarked
package io.leasehold.interop.examples;

import org.jspecify.annotations.NullMarked;
