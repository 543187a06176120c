package io.leasehold.server.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.server.config.ServerConfig.InitialMember;
import io.leasehold.server.config.StartRefused;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RegistryDiscoveryTest {
    private static final String SIZE = "/_etcd/registry/token/_config/size";
    private static final InitialMember SELF = new InitialMember("me", List.of("http://a:1", "http://a:2"));
    private static final long SELF_ID = 0xabc;

    private final Shelf registry = new Shelf();
    /** What happens while somebody waits, one after the other. */
    private final Deque<Runnable> meanwhile = new ArrayDeque<>();

    @Test
    void members_wait_for_each_other_and_stand_in_the_order_in_which_they_came() {
        registry.put(SIZE, "3");
        registry.put(member("ff"), "first=http://b:1");
        meanwhile.add(() -> {});
        meanwhile.add(() -> registry.put(member("1"), "last=http://c:1"));

        List<InitialMember> found = discover();

        assertThat(registry.value(member("abc"))).contains("me=http://a:1,me=http://a:2");
        assertThat(found)
                .containsExactly(
                        new InitialMember("first", List.of("http://b:1")),
                        SELF,
                        new InitialMember("last", List.of("http://c:1")));
        assertThat(meanwhile).isEmpty();
    }

    @Test
    void who_entered_before_is_known_again() {
        registry.put(SIZE, "1");
        registry.put(member("abc"), "me=http://a:1");

        assertThat(discover()).containsExactly(SELF);
    }

    @Test
    void who_comes_last_of_too_many_is_told_that_the_cluster_is_full() {
        registry.put(SIZE, "1");
        registry.put(member("1"), "other=http://b:1");

        assertThatThrownBy(this::discover).isInstanceOf(StartRefused.class).hasMessageContaining("cluster is full");
        assertThat(registry.value(member("abc"))).isEmpty();
    }

    @Test
    void who_was_overtaken_while_entering_is_told_so_too() {
        registry.put(SIZE, "1");
        registry.beforeNextPut = () -> registry.put(member("1"), "other=http://b:1");

        assertThatThrownBy(this::discover).isInstanceOf(StartRefused.class).hasMessageContaining("cluster is full");
    }

    @Test
    void a_size_that_is_missing_or_no_number_is_told_in_etcds_words() {
        assertThatThrownBy(this::discover)
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("discovery: size key not found");
        for (String bad : List.of("", "three", "0", "-1")) {
            registry.put(SIZE, bad);
            assertThatThrownBy(this::discover)
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("discovery: size key is bad");
        }
    }

    @Test
    void a_registry_that_does_not_answer_is_asked_again() {
        registry.put(SIZE, "1");
        registry.silentFor = 2;
        meanwhile.add(() -> {});
        meanwhile.add(() -> {});

        assertThat(discover()).containsExactly(SELF);
        assertThat(meanwhile).isEmpty();
    }

    private List<InitialMember> discover() {
        return new RegistryDiscovery("token", registry, () -> meanwhile.remove().run()).members(SELF, SELF_ID);
    }

    private static String member(String id) {
        return "/_etcd/registry/token/members/" + id;
    }

    /** A registry in memory. */
    private static final class Shelf implements Registry {
        private final Map<String, Entry> entries = new TreeMap<>();
        private Runnable beforeNextPut = () -> {};
        private int silentFor;
        private long revision;

        @Override
        public Optional<String> value(String key) {
            return Optional.ofNullable(entries.get(key)).map(Entry::value);
        }

        @Override
        public List<Entry> entries(String prefix) throws IOException {
            if (silentFor > 0) {
                silentFor--;
                throw new IOException("away");
            }
            List<Entry> found = new ArrayList<>(entries.values());
            found.removeIf(entry -> !entry.key().startsWith(prefix));
            return found;
        }

        @Override
        public void put(String key, String value) {
            Runnable first = beforeNextPut;
            beforeNextPut = () -> {};
            first.run();
            revision++;
            Entry before = entries.get(key);
            entries.put(key, new Entry(key, value, before == null ? revision : before.createRevision()));
        }
    }
}
