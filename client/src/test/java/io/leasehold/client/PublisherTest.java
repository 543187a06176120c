package io.leasehold.client;

import static io.leasehold.protocol.ByteSequence.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.client.call.LeaseholdException;
import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.recipes.Leader;
import io.leasehold.client.recipes.Leadership;
import io.leasehold.client.session.Session;
import io.leasehold.client.watch.WatchBatch;
import io.leasehold.client.watch.WatchOptions;
import io.leasehold.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Watches and observations for subscribers that ask for what they can take. */
final class PublisherTest {
    private static final KeyRange RANGE = KeyRange.prefix(utf8("k/"));

    private final RecipeWorld world = new RecipeWorld();
    private final FakeStore store = world.store;

    @AfterEach
    void close() {
        world.close();
    }

    private static final class Told<T> implements Flow.Subscriber<T> {
        private final List<T> items = new ArrayList<>();
        private @Nullable Throwable failure;
        private long more;
        private Flow.@Nullable Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        void ask(long count) {
            if (subscription == null) {
                throw new IllegalStateException("not subscribed");
            }
            subscription.request(count);
        }

        void cancel() {
            if (subscription == null) {
                throw new IllegalStateException("not subscribed");
            }
            subscription.cancel();
        }

        @Override
        public void onNext(T item) {
            items.add(item);
            if (more > 0) {
                ask(more);
            }
        }

        @Override
        public void onError(Throwable failed) {
            failure = failed;
        }

        @Override
        public void onComplete() {
            throw new AssertionError("the client is open");
        }
    }

    private Told<WatchBatch> subscribed() {
        Told<WatchBatch> told = new Told<>();
        world.client.watches().publisher(RANGE, WatchOptions.DEFAULT).subscribe(told);
        world.settle();
        return told;
    }

    private void put(int from, int to) {
        for (int i = from; i < to; i++) {
            store.put("k/" + i, "v");
            world.settle();
        }
    }

    private static List<String> keys(Told<WatchBatch> told) {
        return told.items.stream()
                .flatMap(batch -> batch.events().stream())
                .map(event -> event.entry().key().toUtf8())
                .toList();
    }

    private static List<String> names(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "k/" + i).toList();
    }

    @Test
    void a_subscriber_is_told_what_it_has_asked_for_and_no_more() {
        Told<WatchBatch> told = subscribed();

        put(0, 5);
        assertThat(told.items).isEmpty();
        told.ask(2);
        assertThat(keys(told)).isEqualTo(names(0, 2));
        told.ask(100);
        put(5, 8);

        assertThat(keys(told)).isEqualTo(names(0, 8));
    }

    @Test
    void a_slow_subscriber_is_taken_off_the_server_and_gets_everything_once_in_the_end() {
        Told<WatchBatch> told = subscribed();

        put(0, 500);
        assertThat(store.events.watchers).as("watches while nobody asks").isEmpty();
        told.more = 1;
        told.ask(1);
        world.settle();
        put(500, 600);

        assertThat(keys(told)).isEqualTo(names(0, 600));
        assertThat(store.events.watchers).hasSize(1);
    }

    @Test
    void history_that_a_slow_subscriber_still_needs_and_is_gone_is_a_failure() {
        Told<WatchBatch> told = subscribed();
        put(0, 500);
        store.compact();

        told.ask(Long.MAX_VALUE);
        world.time.advance(Duration.ofSeconds(5));

        assertThat(told.failure)
                .isInstanceOfSatisfying(LeaseholdException.class, failed -> assertThat(failed.is(ErrorCode.COMPACTED))
                        .isTrue());
        assertThat(keys(told)).as("what waited comes before it").isEqualTo(names(0, told.items.size()));
        assertThat(told.items).hasSizeBetween(32, 64);
    }

    @Test
    void a_subscription_that_is_cancelled_leaves_nothing() {
        Told<WatchBatch> told = subscribed();
        told.ask(10);
        put(0, 1);

        told.cancel();
        put(1, 3);

        assertThat(keys(told)).isEqualTo(names(0, 1));
        assertThat(store.events.watchers).isEmpty();
    }

    @Test
    void asking_for_nothing_is_a_failure_as_the_jdk_has_it() {
        Told<WatchBatch> told = subscribed();

        told.ask(0);
        world.settle();

        assertThat(told.failure).isInstanceOf(IllegalArgumentException.class);
        assertThat(store.events.watchers).isEmpty();
    }

    @Test
    void of_leaders_a_slow_subscriber_is_told_the_newest() {
        Told<Optional<Leader>> told = new Told<>();
        world.client.recipes().election(utf8("e")).publisher().subscribe(told);
        told.ask(1);
        world.settle();
        assertThat(told.items).containsExactly(Optional.empty());
        Session session = world.session();
        Leadership leadership =
                world.now(world.client.recipes().election(utf8("e")).campaign(session, utf8("one")));
        world.now(leadership.proclaim(utf8("two")));

        told.ask(10);
        world.settle();

        assertThat(told.items).hasSize(2);
        assertThat(told.items.get(1).orElseThrow().value()).isEqualTo(utf8("two"));
        told.cancel();
    }
}
