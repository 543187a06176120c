package io.leasehold.interop.client;

import static io.leasehold.client.call.Blocking.await;
import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.kv.GetOptions;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.kv.Op;
import io.leasehold.client.recipes.FencedLock;
import io.leasehold.client.recipes.Hold;
import io.leasehold.client.recipes.HoldEnd;
import io.leasehold.client.recipes.Isolation;
import io.leasehold.client.recipes.Leadership;
import io.leasehold.client.recipes.PrioritizedQueue;
import io.leasehold.client.recipes.Stm;
import io.leasehold.client.recipes.StmOptions;
import io.leasehold.client.recipes.Transaction;
import io.leasehold.client.session.Session;
import io.leasehold.client.session.SessionOptions;
import io.leasehold.interop.Await;
import io.leasehold.interop.RunningServer;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.protocol.v3electionpb.ElectionGrpc;
import io.leasehold.protocol.v3electionpb.LeaderRequest;
import io.leasehold.protocol.v3lockpb.LockGrpc;
import io.leasehold.protocol.v3lockpb.LockRequest;
import io.leasehold.protocol.v3lockpb.LockResponse;
import io.leasehold.protocol.v3lockpb.UnlockRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Recipes of our client among themselves and with the server's own locks and elections. */
final class RecipesIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private static LeaseholdClient client;
    private static ManagedChannel channel;

    @BeforeAll
    static void connect() {
        client = LeaseholdClient.connect("http://" + SERVER.endpoint());
        channel =
                NettyChannelBuilder.forTarget(SERVER.endpoint()).usePlaintext().build();
    }

    @AfterAll
    static void disconnect() {
        client.close();
        channel.shutdownNow();
    }

    private static Session session() {
        return await(client.sessions().open(SessionOptions.DEFAULT.ttl(Duration.ofSeconds(30))));
    }

    private static <T> T within(CompletableFuture<T> future) {
        assertThat(future).succeedsWithin(LIMIT);
        return future.join();
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    @Test
    void the_recipe_and_the_server_s_lock_service_stand_in_one_line() {
        try (Session first = session();
                Session third = session()) {
            Hold held = within(client.recipes().mutex(first, utf8("it/mx")).lock());
            long lease = await(client.leases().grant(LIMIT)).id();
            var second = LockGrpc.newFutureStub(channel)
                    .lock(LockRequest.newBuilder()
                            .setName(bytes("it/mx"))
                            .setLease(lease)
                            .build());
            Await.until("the second waits", LIMIT, () -> waiting() == 2);
            CompletableFuture<Hold> last =
                    client.recipes().mutex(third, utf8("it/mx")).lock();
            Await.until("the third waits", LIMIT, () -> waiting() == 3);
            assertThat(second).isNotDone();

            held.close();
            LockResponse locked = second.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(locked.getKey()).isEqualTo(bytes("it/mx/" + Long.toHexString(lease)));
            assertThat(last).isNotDone();
            LockGrpc.newBlockingStub(channel)
                    .unlock(UnlockRequest.newBuilder().setKey(locked.getKey()).build());

            assertThat(within(last).token()).isGreaterThan(held.token());
        } catch (InterruptedException | ExecutionException | TimeoutException failed) {
            throw new AssertionError(failed);
        }
    }

    private static long waiting() {
        return await(client.kv().get(KeyRange.prefix(utf8("it/mx/")), GetOptions.DEFAULT.countOnly()))
                .count();
    }

    @Test
    void a_revoked_lease_ends_holder_and_waiter_at_once_and_fences_the_writes() {
        Session holder = session();
        Session waiter = session();
        Hold hold = within(client.recipes().mutex(holder, utf8("it/lost")).lock());
        CompletableFuture<Hold> waiting =
                client.recipes().mutex(waiter, utf8("it/lost")).lock();
        assertThat(await(client.recipes().mutex(session(), utf8("it/lost")).tryLock()))
                .isEmpty();

        await(client.leases().revoke(waiter.leaseId()));
        assertThat(waiting).failsWithin(LIMIT);
        await(client.leases().revoke(holder.leaseId()));

        assertThat(within(hold.ended())).isNotEqualTo(HoldEnd.RELEASED);
        assertThat(hold.isValid()).isFalse();
        assertThat(await(client.kv()
                                .txn()
                                .when(hold.guard())
                                .then(Op.put(utf8("it/guarded"), utf8("never")))
                                .commit())
                        .succeeded())
                .isFalse();
    }

    @Test
    void threads_with_a_lock_each_exclude_each_other() throws InterruptedException {
        int threads = 4;
        int rounds = 10;
        int[] count = new int[1];
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                try (Session session = session()) {
                    FencedLock lock =
                            client.recipes().mutex(session, utf8("it/threads")).asLock();
                    for (int round = 0; round < rounds; round++) {
                        lock.lock();
                        try {
                            count[0]++;
                        } finally {
                            lock.unlock();
                        }
                    }
                }
            });
            thread.start();
            all.add(thread);
        }
        for (Thread thread : all) {
            thread.join(LIMIT.toMillis());
        }

        assertThat(count[0]).isEqualTo(threads * rounds);
    }

    @Test
    void the_server_s_election_service_sees_the_leader() {
        try (Session session = session()) {
            Leadership leads = within(client.recipes().election(utf8("it/el")).campaign(session, utf8("java")));

            var seen = ElectionGrpc.newBlockingStub(channel)
                    .leader(LeaderRequest.newBuilder().setName(bytes("it/el")).build());

            assertThat(seen.getKv().getValue()).isEqualTo(bytes("java"));
            assertThat(seen.getKv().getCreateRevision()).isEqualTo(leads.token());
            assertThat(seen.getKv().getLease()).isEqualTo(session.leaseId());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Isolation.class,
            names = {"SERIALIZABLE_SNAPSHOT", "SERIALIZABLE"})
    void money_is_moved_and_none_is_lost(Isolation isolation) throws InterruptedException {
        ByteSequence a = utf8("it/stm/a/" + isolation);
        ByteSequence b = utf8("it/stm/b/" + isolation);
        await(client.kv().put(a, utf8("1000")));
        await(client.kv().put(b, utf8("0")));
        Stm stm = client.recipes().stm();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> {
                for (int round = 0; round < 10; round++) {
                    stm.run(StmOptions.DEFAULT.at(isolation).attempts(10_000).within(LIMIT), tx -> {
                        tx.put(a, utf8(Integer.toString(number(tx.get(a)) - 1)));
                        tx.put(b, utf8(Integer.toString(number(tx.get(b)) + 1)));
                        return true;
                    });
                }
            });
            thread.start();
            all.add(thread);
        }
        for (Thread thread : all) {
            thread.join(2 * LIMIT.toMillis());
        }

        assertThat(number(stm.run(tx -> tx.get(a)))).isEqualTo(1000 - 80);
        assertThat(number(stm.run(tx -> tx.get(b)))).isEqualTo(80);
    }

    private static int number(Optional<ByteSequence> value) {
        return Integer.parseInt(value.orElseThrow().toUtf8());
    }

    /** The servers of these tests take 128 operations in a transaction. */
    @ParameterizedTest
    @EnumSource
    void as_many_keys_as_the_server_takes_are_moved_at_once_and_one_more_is_refused(Isolation isolation) {
        Stm stm = client.recipes().stm();
        StmOptions options = StmOptions.DEFAULT.at(isolation).within(LIMIT).operations(1_000);
        String prefix = "stm-" + isolation + "/";

        await(stm.runAsync(options, tx -> readAndWrite(tx, prefix, 128)));
        assertThat(await(client.kv().get(KeyRange.prefix(utf8(prefix)), GetOptions.DEFAULT.countOnly()))
                        .count())
                .isEqualTo(128);

        assertThatThrownBy(() -> await(stm.runAsync(options, tx -> readAndWrite(tx, prefix, 129))))
                .isInstanceOfSatisfying(LeaseholdException.class, refused -> assertThat(refused.errorCode())
                        .contains(ErrorCode.TOO_MANY_OPS))
                .hasMessageContaining("129 operations");
        assertThatThrownBy(() -> await(stm.runAsync(options.operations(128), tx -> readAndWrite(tx, prefix, 129))))
                .isInstanceOfSatisfying(LeaseholdException.class, refused -> assertThat(refused.errorCode())
                        .contains(ErrorCode.TOO_MANY_OPS))
                .hasMessageContaining("operationsMax");
    }

    private static CompletableFuture<Integer> readAndWrite(Transaction tx, String prefix, int keys) {
        List<CompletableFuture<?>> reads = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            ByteSequence key = utf8(prefix + i);
            reads.add(tx.getAsync(key));
            tx.put(key, utf8("v"));
        }
        return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)).thenApply(read -> keys);
    }

    @Test
    void items_of_one_priority_that_are_put_at_once_get_numbers_of_their_own() {
        PrioritizedQueue queue = client.recipes().prioritizedQueue(utf8("it/pq"));
        List<CompletableFuture<Void>> puts = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            puts.add(queue.put(utf8("item " + i), 7));
        }
        within(CompletableFuture.allOf(puts.toArray(CompletableFuture[]::new)));

        Set<String> taken = new HashSet<>();
        for (int i = 0; i < 32; i++) {
            taken.add(within(queue.take()).toUtf8());
        }
        assertThat(taken).hasSize(32);
        assertThat(within(queue.poll())).isEmpty();
    }

    @Test
    void closing_the_client_ends_its_holders_and_waiters() {
        LeaseholdClient closing = LeaseholdClient.connect("http://" + SERVER.endpoint());
        Session session = await(closing.sessions().open(SessionOptions.DEFAULT));
        Hold hold = within(closing.recipes().mutex(session, utf8("it/closing")).lock());
        CompletableFuture<Hold> waiting =
                closing.recipes().mutex(session, utf8("it/closing")).lock();
        CompletableFuture<ByteSequence> taking =
                closing.recipes().queue(utf8("it/empty")).take();

        closing.close();

        assertThat(within(hold.ended())).isEqualTo(HoldEnd.SESSION_LOST);
        assertThat(waiting).failsWithin(LIMIT);
        assertThat(taking).failsWithin(LIMIT);
        assertThatThrownBy(() -> await(closing.recipes().barrier(utf8("it/b")).hold()))
                .isInstanceOf(LeaseholdException.class);
    }
}
