/** What is only for people at a terminal: screens, progress, the shell. */
@NullMarked
package io.leasehold.cli.terminal;

import org.jspecify.annotations.NullMarked;
