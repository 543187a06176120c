/** Users, roles and permissions. */
@NullMarked
package io.leasehold.client.auth;

import org.jspecify.annotations.NullMarked;
