package io.leasehold.etcdfile;

import io.leasehold.protocol.authpb.Role;
import io.leasehold.protocol.authpb.User;
import java.util.List;

/**
 * Who may do what.
 *
 * @param enabled whether it is asked at all
 * @param revision counts the changes of users and roles, from 1
 * @param users with bcrypt hashes as passwords
 */
public record EtcdAuth(boolean enabled, long revision, List<User> users, List<Role> roles) {
    /** Nobody is known, nothing is asked. */
    public static final EtcdAuth OFF = new EtcdAuth(false, 1, List.of(), List.of());

    public EtcdAuth {
        users = List.copyOf(users);
        roles = List.copyOf(roles);
    }
}
