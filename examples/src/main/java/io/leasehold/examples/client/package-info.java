/** The passages of docs/client.md as a program. */
@NullMarked
package io.leasehold.examples.client;

import org.jspecify.annotations.NullMarked;
