package io.leasehold.server.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.mvcc.KeyRange;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.statemachine.auth.AuthState;
import io.leasehold.statemachine.auth.Permission;
import io.leasehold.statemachine.auth.Role;
import io.leasehold.statemachine.auth.User;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuthFormTest {
    @Test
    void users_roles_and_whether_they_count_come_back_from_etcds_form() {
        List<User> users = List.of(
                new User("certified", "", true, List.of()), new User("root", "$2a$10$hash", false, List.of("root")));
        List<Role> roles = List.of(new Role(
                "reader",
                List.of(
                        new Permission(
                                Permission.Type.READ, KeyRange.of(ByteSequence.utf8("a"), ByteSequence.utf8("b"))),
                        new Permission(Permission.Type.READWRITE, KeyRange.single(ByteSequence.utf8("k"))),
                        new Permission(
                                Permission.Type.WRITE,
                                KeyRange.of(ByteSequence.utf8("x"), ByteSequence.wrap(new byte[1]))))));
        AuthState back = AuthForm.ours(AuthForm.etcd(AuthState.of(true, 9, users, roles)));
        assertThat(back.enabled()).isTrue();
        assertThat(back.revision()).isEqualTo(9);
        assertThat(back.users()).isEqualTo(users);
        assertThat(back.roles()).isEqualTo(roles);
    }
}
