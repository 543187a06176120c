package io.leasehold.statemachine.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Somebody who may be let in.
 *
 * @param name not empty
 * @param passwordHash bcrypt's text; empty for a user that cannot log in with a password
 * @param noPassword whether the user was made to be recognised by a certificate only
 * @param roles names of roles, sorted; each once
 */
public record User(String name, String passwordHash, boolean noPassword, List<String> roles) {
    /** Sorts and copies the roles. */
    public User {
        roles = roles.stream().sorted().toList();
    }

    /** Does not tell the hash. */
    @Override
    public String toString() {
        return "User[name=" + name + ", noPassword=" + noPassword + ", roles=" + roles + "]";
    }

    boolean has(String role) {
        return roles.contains(role);
    }

    /** The same user with another password. */
    User withPassword(String newHash) {
        return new User(name, newHash, noPassword, roles);
    }

    /** The user with one more role. */
    User with(String role) {
        List<String> changed = new ArrayList<>(roles);
        changed.add(role);
        return new User(name, passwordHash, noPassword, changed);
    }

    /** The user without a role; empty if it has not got it. */
    Optional<User> without(String role) {
        List<String> changed = new ArrayList<>(roles);
        return changed.remove(role) ? Optional.of(new User(name, passwordHash, noPassword, changed)) : Optional.empty();
    }
}
