/** The command line of the server: names, refusals, signals and exit codes. */
@NullMarked
package io.leasehold.interop.launcher;

import org.jspecify.annotations.NullMarked;
