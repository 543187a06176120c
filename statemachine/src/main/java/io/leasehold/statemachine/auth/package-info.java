/**
 * Who may do what: users, their roles, and the key ranges that roles permit. Immutable values; knows neither commands
 * nor tokens nor how passwords are hashed.
 */
@NullMarked
package io.leasehold.statemachine.auth;

import org.jspecify.annotations.NullMarked;
