package io.leasehold.interop.client;

import static io.leasehold.client.call.Blocking.await;
import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.LeaseholdClientBuilder;
import io.leasehold.client.auth.Permission;
import io.leasehold.client.auth.Permission.Access;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.call.LeaseholdException.Kind;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.Kv;
import io.leasehold.client.leasing.LeasingKv;
import io.leasehold.client.leasing.LeasingOptions;
import io.leasehold.interop.Await;
import io.leasehold.interop.ServerProcess;
import io.leasehold.interop.ServerTarget;
import io.leasehold.protocol.ByteSequence;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The leasing cache on a server with users: what it needs to be allowed, and what becomes of it when it is not. */
final class LeasingWithUsersIT {
    private static final ByteSequence PREFIX = utf8("owners/");
    private static final ByteSequence DATA = utf8("data/");
    private static final LeasingOptions OPTIONS =
            LeasingOptions.DEFAULT.ttl(Duration.ofSeconds(10)).acquirePause(Duration.ofMillis(20));
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static ServerProcess server;
    private static LeaseholdClient root;

    @BeforeAll
    static void startServerWithUsers() {
        server = ServerProcess.start(ServerTarget.configured());
        try (LeaseholdClient anonymous = settings().build()) {
            await(anonymous.auth().addUser("root", "r"));
            await(anonymous.auth().addRole("root"));
            await(anonymous.auth().grantRole("root", "root"));
            user(anonymous, "writer", Access.READ_WRITE, Access.READ_WRITE);
            user(anonymous, "reader", Access.READ_WRITE, Access.READ);
            user(anonymous, "onlooker", Access.READ, Access.READ_WRITE);
            user(anonymous, "stranger", null, Access.READ_WRITE);
            await(anonymous.auth().enable());
        }
        root = as("root", "r");
    }

    private static void user(LeaseholdClient client, String name, @Nullable Access toLeasingKeys, Access toData) {
        await(client.auth().addUser(name, "p"));
        await(client.auth().addRole(name));
        await(client.auth().grantPermission(name, new Permission(toData, KeyRange.prefix(DATA))));
        if (toLeasingKeys != null) {
            await(client.auth().grantPermission(name, new Permission(toLeasingKeys, KeyRange.prefix(PREFIX))));
        }
        await(client.auth().grantRole(name, name));
    }

    @AfterAll
    static void stopServer() {
        root.close();
        server.close();
    }

    /** Patient, as the machine may be busy. */
    private static LeaseholdClientBuilder settings() {
        return LeaseholdClient.builder().endpoints(server.endpoint()).callTimeout(Duration.ofSeconds(30));
    }

    private static LeaseholdClient as(String user, String password) {
        return settings().credentials(user, password).build();
    }

    private static ByteSequence key(String name) {
        return DATA.concat(utf8(name));
    }

    private static String value(Kv kv, ByteSequence key) {
        return await(kv.get(key)).first().map(entry -> entry.value().toUtf8()).orElse("absent");
    }

    private static void cache(LeasingKv kv, ByteSequence key) {
        Await.until("the key is owned", PATIENCE, () -> {
            await(kv.get(key));
            return kv.counts().cached() > 0;
        });
    }

    private static void withReaderAndWriter(BiConsumer<LeasingKv, LeasingKv> facts) {
        try (LeaseholdClient reading = as("reader", "p");
                LeaseholdClient writing = as("writer", "p");
                LeasingKv reader = await(reading.leasing(PREFIX, OPTIONS));
                LeasingKv writer = await(writing.leasing(PREFIX, OPTIONS))) {
            facts.accept(reader, writer);
        }
    }

    private static AbstractThrowableAssert<?, ?> assertDenied(ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(LeaseholdException.class, refused -> assertThat(refused.kind())
                        .isEqualTo(Kind.PERMISSION_DENIED));
    }

    @Test
    void who_may_write_leasing_keys_and_read_data_owns_keys_and_gives_them_back_to_writers() {
        ByteSequence key = key("shared");
        withReaderAndWriter((reader, writer) -> {
            await(writer.put(key, utf8("1")));
            cache(reader, key);
            Await.until("a read costs no call", PATIENCE, () -> {
                long hits = reader.counts().hits();
                assertThat(value(reader, key)).isEqualTo("1");
                return reader.counts().hits() > hits;
            });

            await(writer.put(key, utf8("2")));
            assertThat(value(reader, key)).isEqualTo("2");

            cache(reader, key);
            assertDenied(() -> await(reader.put(key, utf8("3"))));
            assertThat(value(reader, key)).isEqualTo("2");
            await(writer.put(key, utf8("4")));
            assertThat(value(reader, key)).isEqualTo("4");
        });
    }

    @Test
    void who_may_not_write_leasing_keys_reads_from_the_server_and_cannot_write_what_others_own() {
        ByteSequence key = key("looked-at");
        await(root.kv().put(key, utf8("1")));
        try (LeaseholdClient looking = as("onlooker", "p");
                LeasingKv onlooker = await(looking.leasing(PREFIX, OPTIONS))) {
            assertThat(value(onlooker, key)).isEqualTo("1");
            assertThat(value(onlooker, key)).isEqualTo("1");
            assertThat(onlooker.counts().cached()).isZero();

            // Asking an owner to give a key back is a write of its leasing key: allowed as a whole or not at all.
            assertDenied(() -> await(onlooker.put(key, utf8("2"))));
            assertThat(value(onlooker, key)).isEqualTo("1");
        }
    }

    @Test
    void who_may_not_read_leasing_keys_is_told_so_and_leaves_no_lease_behind() {
        try (LeaseholdClient strange = as("stranger", "p")) {
            int before = await(root.leases().list()).size();

            assertDenied(() -> await(strange.leasing(PREFIX, OPTIONS))).hasMessageContaining("owners/");
            Await.until(
                    "its lease is given up",
                    PATIENCE,
                    () -> strange.leases().counts().kept() == 0);
            Await.until(
                    "its lease is revoked",
                    PATIENCE,
                    () -> await(root.leases().list()).size() <= before);
        }
    }

    @Test
    void tokens_that_the_server_has_forgotten_change_nothing_for_the_cache() {
        ByteSequence key = key("kept");
        withReaderAndWriter((reader, writer) -> {
            await(writer.put(key, utf8("1")));
            cache(reader, key);

            server.kill();
            server.restart();
            await(writer.withTimeout(PATIENCE).put(key, utf8("2")));

            assertThat(value(reader, key)).isEqualTo("2");
            cache(reader, key);
            assertThat(value(reader, key)).isEqualTo("2");
        });
    }
}
