/** Commands on users and roles. */
@NullMarked
package io.leasehold.cli.auth;

import org.jspecify.annotations.NullMarked;
