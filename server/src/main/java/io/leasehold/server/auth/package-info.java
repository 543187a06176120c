/**
 * Who a caller is: tokens, passwords and names in certificates. What a caller may do is the replicated state's business
 * ({@link io.leasehold.statemachine.Authorization}).
 */
@NullMarked
package io.leasehold.server.auth;

import org.jspecify.annotations.NullMarked;
