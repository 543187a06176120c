/** The forms in which answers are printed. */
@NullMarked
package io.leasehold.cli.output;

import org.jspecify.annotations.NullMarked;
