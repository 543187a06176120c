package io.leasehold.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.protocol.ByteSequence;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class LeaseTableTest {
    private static final long NOW = 7_000_000_000L;

    private final LeaseTable table = new LeaseTable();

    @Test
    void a_table_written_before_milliseconds_still_opens() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(file);
        out.writeByte(1); // version
        out.writeByte(1); // leases
        out.writeLong(5);
        out.writeByte(60); // TTL in seconds
        out.writeByte(77); // grant index
        out.writeByte(0); // anchored by its grant
        out.write(new byte[] {(byte) 0xe0, (byte) 0xd4, 3}); // 60,000 ms left

        LeaseTable restored = LeaseTable.restore(new DataInputStream(new ByteArrayInputStream(file.toByteArray())), 3);

        assertThat(restored.lease(5))
                .contains(new LeaseView(5, 60_000, 77, new Anchor(Anchor.Kind.GRANT, 60_000, false), 3));
    }

    @Test
    void zero_is_no_lease() {
        assertThat(table.contains(0)).isFalse();
        assertThat(table.lease(0)).isEmpty();
        assertThatThrownBy(() -> table.grant(0, 10, 1, NOW)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void negative_ids_are_as_good_as_others() throws IOException {
        table.grant(-1, 10, 1, NOW);
        table.grant(Long.MIN_VALUE, 20, 2, NOW);

        LeaseTable restored = restore(encode(table), NOW);

        assertThat(restored.lease(-1)).isEqualTo(table.lease(-1));
        assertThat(restored.lease(Long.MIN_VALUE)).isEqualTo(table.lease(Long.MIN_VALUE));
        restored.revoke(Long.MIN_VALUE);
        assertThat(restored.contains(Long.MIN_VALUE)).isFalse();
        assertThat(restored.contains(-1)).isTrue();
    }

    @Test
    void a_grant_is_its_own_anchor_with_the_whole_ttl() {
        table.grant(5, 10, 77, NOW);

        Anchor anchor = new Anchor(Anchor.Kind.GRANT, 10_000, false);
        assertThat(table.lease(5)).contains(new LeaseView(5, 10_000, 77, anchor, NOW));
    }

    @Test
    void granting_an_existing_id_is_a_bug() {
        table.grant(5, 10, 77, NOW);

        assertThatThrownBy(() -> table.grant(5, 20, 78, NOW)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keys_come_back_in_bytewise_order_at_revoke() {
        table.grant(5, 10, 1, NOW);
        attach(5, "c", "a", "b", "a");

        assertThat(table.keyCount(5)).isEqualTo(3);
        assertThat(table.revoke(5))
                .containsExactly(ByteSequence.utf8("a"), ByteSequence.utf8("b"), ByteSequence.utf8("c"));
        assertThat(table.contains(5)).isFalse();
        assertThat(table.revoke(5)).isEmpty();
    }

    @Test
    void a_lease_granted_anew_has_none_of_the_old_keys() {
        table.grant(5, 10, 1, NOW);
        attach(5, "a");
        table.revoke(5);

        table.grant(5, 10, 2, NOW);

        assertThat(table.keys(5)).isEmpty();
    }

    @Test
    void detaching_what_is_not_attached_does_nothing() {
        table.grant(5, 10, 1, NOW);
        attach(5, "a");

        table.detach(5, ByteSequence.utf8("b"));
        table.detach(6, ByteSequence.utf8("a"));

        assertThat(table.keys(5)).containsExactly(ByteSequence.utf8("a"));
    }

    @Test
    void attaching_to_a_lease_that_does_not_exist_is_a_bug() {
        assertThatThrownBy(() -> attach(5, "a")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_checkpoint_or_clear_of_another_incarnation_is_skipped() {
        table.grant(5, 10, 77, NOW);
        LeaseView before = table.lease(5).orElseThrow();

        assertThat(table.checkpoint(5, 76, 1, NOW + 1)).isFalse();
        assertThat(table.clear(5, 78)).isFalse();
        assertThat(table.clear(6, 77)).isFalse();
        assertThat(table.lease(5)).contains(before);
    }

    @Test
    void a_marker_renews_cleared_anchors_only() {
        table.grant(1, 10, 1, NOW);
        table.grant(2, 10, 2, NOW);
        table.grant(3, 10, 3, NOW);
        table.clear(2, 2);
        table.clear(3, 3);
        table.checkpoint(3, 3, 400, NOW + 5);

        table.marker(NOW + 9);

        assertThat(table.lease(1).orElseThrow().anchor()).isEqualTo(new Anchor(Anchor.Kind.GRANT, 10_000, false));
        assertThat(table.lease(1).orElseThrow().anchorNanos()).isEqualTo(NOW);
        assertThat(table.lease(2).orElseThrow().anchor()).isEqualTo(new Anchor(Anchor.Kind.MARKER, 10_000, false));
        assertThat(table.lease(2).orElseThrow().anchorNanos()).isEqualTo(NOW + 9);
        assertThat(table.lease(3).orElseThrow().anchor()).isEqualTo(new Anchor(Anchor.Kind.CHECKPOINT, 400, false));
        assertThat(table.lease(3).orElseThrow().anchorNanos()).isEqualTo(NOW + 5);
    }

    @Test
    void a_restored_anchor_counts_from_the_restart() throws IOException {
        table.grant(5, 9_000_000_000L, 77, NOW);
        table.checkpoint(5, 77, 8_999_999_999_999L, NOW + 1);
        table.clear(5, 77);

        LeaseTable restored = restore(encode(table), 3);

        Anchor anchor = new Anchor(Anchor.Kind.CHECKPOINT, 8_999_999_999_999L, true);
        assertThat(restored.lease(5)).contains(new LeaseView(5, LeaseLimits.TTL_MILLIS_MAX, 77, anchor, 3));
        assertThat(restored.keys(5)).isEmpty();
    }

    @Test
    void damaged_or_newer_forms_are_refused() throws IOException {
        table.grant(5, 10, 77, NOW);
        byte[] good = encode(table);

        byte[] newer = good.clone();
        newer[0] = 3;
        assertThatThrownBy(() -> restore(newer, 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 3");
        byte[] noLease = good.clone();
        noLease[9] = 0;
        assertThatThrownBy(() -> restore(noLease, 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
        byte[] unknownKind = good.clone();
        unknownKind[13] = 9;
        assertThatThrownBy(() -> restore(unknownKind, 0)).isInstanceOf(IOException.class);
        byte[] cut = Arrays.copyOf(good, good.length - 1);
        assertThatThrownBy(() -> restore(cut, 0)).isInstanceOf(EOFException.class);
    }

    @Test
    void memory_returns_when_leases_end() {
        for (long id = 1; id <= 10_000; id++) {
            table.grant(id, 10, id, NOW);
        }
        for (long id = 1; id <= 10_000; id++) {
            table.revoke(id);
        }

        assertThat(table.size()).isZero();
        assertThat(table.pageCount()).isZero();
    }

    private void attach(long id, String... keys) {
        for (String key : keys) {
            table.attach(id, ByteSequence.utf8(key));
        }
    }

    static byte[] encode(LeaseTable table) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        table.image().encode(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    static LeaseTable restore(byte[] bytes, long nowNanos) throws IOException {
        return LeaseTable.restore(new DataInputStream(new ByteArrayInputStream(bytes)), nowNanos);
    }
}
