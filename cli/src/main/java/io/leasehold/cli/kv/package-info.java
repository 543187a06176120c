/** Commands on keys. */
@NullMarked
package io.leasehold.cli.kv;

import org.jspecify.annotations.NullMarked;
