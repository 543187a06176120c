package io.leasehold.statemachine.auth;

import io.leasehold.mvcc.KeyRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A named set of permissions.
 *
 * @param name not empty
 * @param permissions sorted by key and end, one for each range
 */
public record Role(String name, List<Permission> permissions) {
    private static final Comparator<Permission> BY_RANGE = Comparator.comparing(
                    (Permission permission) -> permission.range().key())
            .thenComparing(permission -> permission.range().end());

    /** Sorts and copies the permissions. */
    public Role {
        permissions = permissions.stream().sorted(BY_RANGE).toList();
    }

    /** The role with one more permission, which replaces one on the very same range. */
    Role with(Permission permission) {
        List<Permission> changed = others(permission.range());
        changed.add(permission);
        return new Role(name, changed);
    }

    /** The role without the permission on just this range; empty if it has none. */
    Optional<Role> without(KeyRange range) {
        List<Permission> changed = others(range);
        return changed.size() == permissions.size() ? Optional.empty() : Optional.of(new Role(name, changed));
    }

    private List<Permission> others(KeyRange range) {
        List<Permission> others = new ArrayList<>(permissions);
        others.removeIf(permission -> permission.range().equals(range));
        return others;
    }
}
