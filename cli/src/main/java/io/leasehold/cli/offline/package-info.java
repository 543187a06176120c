/** Commands on files and data directories, without a running server. */
@NullMarked
package io.leasehold.cli.offline;

import org.jspecify.annotations.NullMarked;
