package io.leasehold.statemachine;

import static io.leasehold.statemachine.Machine.b;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.lease.Anchor;
import io.leasehold.lease.Remaining;
import io.leasehold.protocol.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a directory holds after crashes, damage and mistakes, and what opening it makes of that. */
final class RecoveryTest {
    @TempDir
    Path directory;

    private List<Path> manifests() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("manifest-"))
                    .sorted()
                    .toList();
        }
    }

    /** Two manifests: at index 2 with a=1, at index 4 with b=2 as well. */
    private void twoCheckpoints() throws IOException {
        try (Machine machine = Machine.open(directory)) {
            machine.grant(5);
            machine.put("a", "1", 5);
            machine.checkpoint();
            machine.put("b", "2");
            machine.put("c", "3", 5);
            machine.checkpoint();
        }
    }

    @Test
    void everything_comes_back_as_it_was_checkpointed() throws IOException {
        try (Machine machine = Machine.open(directory)) {
            machine.term = 3;
            machine.grant(5);
            machine.grant(-6);
            machine.put("a", "1", 5);
            machine.put("b", "2");
            machine.compact(2);
            machine.apply(new Command.LeaseCheckpoint(3, List.of(new Remaining(5, 1, 4_321))));
            machine.apply(new Command.Alarm(Command.AlarmAction.ACTIVATE, 7, AlarmType.NOSPACE));
            machine.apply(new Command.PublishMember(7, "alpha", List.of("http://a:2379")));
            assertThat(machine.checkpoint()).isEqualTo(new CheckpointMark(8, 3, 0, 0));
            machine.delete("a");
        }

        try (Machine machine = Machine.open(directory)) {
            assertThat(machine.machine.appliedIndex()).isEqualTo(8);
            assertThat(machine.machine.appliedTerm()).isEqualTo(3);
            assertThat(machine.content()).containsExactly("a=1", "b=2");
            assertThat(machine.machine.snapshot().compactedRevision()).isEqualTo(2);
            assertThat(machine.machine.leases().keys(5)).containsExactly(b("a"));
            assertThat(machine.machine.leases().lease(5).orElseThrow().anchor())
                    .isEqualTo(new Anchor(Anchor.Kind.CHECKPOINT, 4_321, false));
            assertThat(machine.machine.leases().contains(-6, 2)).isTrue();
            assertThat(machine.machine.alarms()).containsExactly(new ActiveAlarm(7, AlarmType.NOSPACE));
            assertThat(machine.machine.members().getFirst().name()).isEqualTo("alpha");
            assertThat(machine.put("x", "1")).isEqualTo(new Outcome.Refused(ErrorCode.NO_SPACE));
        }
    }

    @Test
    void what_is_behind_the_checkpoint_is_cut_and_applied_again() throws IOException {
        twoCheckpoints();
        try (Machine machine = Machine.open(directory)) {
            machine.put("d", "4");
        }

        try (Machine machine = Machine.open(directory)) {
            assertThat(machine.machine.appliedIndex()).isEqualTo(4);
            assertThat(machine.content()).containsExactly("a=1", "b=2", "c=3");
            assertThat(machine.put("d", "4")).isEqualTo(new Outcome.Written(5, null));
        }
    }

    @Test
    void two_manifests_are_kept_and_the_log_may_go_up_to_the_older() throws IOException {
        try (Machine machine = Machine.open(directory)) {
            machine.put("a", "1");
            assertThat(machine.checkpoint()).isEqualTo(new CheckpointMark(1, 1, 0, 0));
            machine.put("a", "2");
            assertThat(machine.checkpoint()).isEqualTo(new CheckpointMark(2, 1, 1, 1));
            machine.put("a", "3");
            assertThat(machine.checkpoint()).isEqualTo(new CheckpointMark(3, 1, 2, 1));
            assertThat(manifests()).hasSize(2);
        }
        try (Machine machine = Machine.open(directory)) {
            machine.put("a", "4");
            assertThat(machine.checkpoint()).isEqualTo(new CheckpointMark(4, 1, 3, 1));
        }
    }

    @Test
    void a_checkpoint_holds_what_was_captured_and_nothing_later() throws IOException {
        try (Machine machine = Machine.open(directory)) {
            machine.grant(5);
            machine.put("a", "1", 5);
            PendingCheckpoint pending = machine.machine.beginCheckpoint();
            machine.put("b", "2");
            machine.apply(new Command.LeaseRevoke(5));
            machine.apply(new Command.Alarm(Command.AlarmAction.ACTIVATE, 7, AlarmType.NOSPACE));
            pending.complete();
        }

        try (Machine machine = Machine.open(directory)) {
            assertThat(machine.content()).containsExactly("a=1");
            assertThat(machine.machine.leases().contains(5)).isTrue();
            assertThat(machine.machine.alarms()).isEmpty();
        }
    }

    @Test
    void checkpoints_are_begun_between_batches_and_completed_in_order() throws IOException {
        try (Machine machine = Machine.open(directory)) {
            PendingCheckpoint early = machine.machine.beginCheckpoint();
            machine.put("a", "1");
            machine.checkpoint();
            assertThatThrownBy(early::complete).isInstanceOf(IllegalStateException.class);
            machine.machine.apply(2, 1, Proposal.of(Command.Put.of(b("a"), b("2"))), true, 0);
            assertThatThrownBy(machine.machine::beginCheckpoint).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void a_newest_manifest_torn_at_any_byte_gives_way_to_the_older() throws IOException {
        twoCheckpoints();
        Path newest = manifests().getLast();
        byte[] whole = Files.readAllBytes(newest);
        for (int length = 0; length < whole.length; length++) {
            Files.write(newest, Arrays.copyOf(whole, length));
            ManifestDirectory.Found found = ManifestDirectory.open(directory, 0);
            assertThat(Objects.requireNonNull(found.newest()).head().appliedIndex())
                    .as("torn after %d bytes", length)
                    .isEqualTo(2);
        }

        try (Machine machine = Machine.open(directory)) {
            assertThat(machine.content()).containsExactly("a=1");
            assertThat(machine.machine.leases().keys(5)).containsExactly(b("a"));
            machine.put("b", "2");
            assertThat(machine.checkpoint()).isEqualTo(new CheckpointMark(3, 1, 2, 1));
            assertThat(manifests()).hasSize(2).doesNotContain(newest);
        }
    }

    @Test
    void a_flipped_bit_in_any_byte_is_noticed() throws IOException {
        twoCheckpoints();
        Path newest = manifests().getLast();
        byte[] whole = Files.readAllBytes(newest);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << (at % Byte.SIZE));
            Files.write(newest, flipped);
            ManifestDirectory.Found found = ManifestDirectory.open(directory, 0);
            assertThat(Objects.requireNonNull(found.newest()).head().appliedIndex())
                    .as("byte %d", at)
                    .isEqualTo(2);
        }
    }

    @Test
    void without_a_whole_manifest_the_member_does_not_start() throws IOException {
        twoCheckpoints();
        for (Path manifest : manifests()) {
            Files.write(manifest, new byte[] {1, 2, 3});
        }

        assertThatThrownBy(() -> Machine.open(directory))
                .isInstanceOf(RecoveryException.class)
                .hasMessageContaining("no manifest is whole")
                .hasMessageContaining("restore");
    }

    @Test
    void data_without_any_manifest_is_never_overwritten() throws IOException {
        twoCheckpoints();
        for (Path manifest : manifests()) {
            Files.delete(manifest);
        }

        assertThatThrownBy(() -> Machine.open(directory))
                .isInstanceOf(RecoveryException.class)
                .hasMessageContaining("no manifest");
    }

    @Test
    void a_crash_before_the_rename_leaves_the_last_checkpoint_in_force() throws IOException {
        twoCheckpoints();
        byte[] whole = Files.readAllBytes(manifests().getLast());
        for (int length : new int[] {0, 10, whole.length}) {
            Files.write(directory.resolve("manifest.unfinished"), Arrays.copyOf(whole, length));
            try (Machine machine = Machine.open(directory)) {
                assertThat(machine.machine.appliedIndex()).isGreaterThanOrEqualTo(4);
                machine.put("x", "1");
                machine.checkpoint();
            }
            assertThat(directory.resolve("manifest.unfinished")).doesNotExist();
        }
    }

    @Test
    void a_crash_before_the_old_ones_are_deleted_leaves_one_too_many_for_a_while() throws IOException {
        try (Machine machine = Machine.open(directory)) {
            machine.put("a", "1");
        }
        Path first = manifests().getFirst();
        byte[] firstBytes = Files.readAllBytes(first);
        Files.delete(first);
        Files.write(first, firstBytes);
        try (Machine machine = Machine.open(directory)) {
            machine.put("a", "1");
            machine.checkpoint();
            machine.put("a", "2");
            machine.checkpoint();
        }
        Files.write(first, firstBytes);
        assertThat(manifests()).hasSize(3);

        try (Machine machine = Machine.open(directory)) {
            assertThat(machine.content()).containsExactly("a=2");
            machine.put("a", "3");
            assertThat(machine.checkpoint()).isEqualTo(new CheckpointMark(3, 1, 2, 1));
        }
        assertThat(manifests()).hasSize(2);
    }

    @Test
    void a_crash_during_the_first_open_is_a_first_open_again() throws IOException {
        Files.write(directory.resolve("manifest.unfinished"), new byte[] {1});
        Files.createDirectories(directory.resolve("segments"));

        try (Machine machine = Machine.open(directory)) {
            assertThat(machine.machine.appliedIndex()).isZero();
            assertThat(machine.machine.members()).containsExactly(Machine.FIRST);
        }
    }

    @Test
    void the_state_of_another_member_or_cluster_is_refused_and_a_new_name_is_not() throws IOException {
        Machine.open(directory).close();
        StateMachineOptions options = Machine.OPTIONS;
        StateMachineOptions otherMember =
                new StateMachineOptions(1, 8, "a", options.bootstrapMembers(), options.quota(), options.storeOptions());
        StateMachineOptions otherCluster =
                new StateMachineOptions(2, 7, "a", options.bootstrapMembers(), options.quota(), options.storeOptions());
        StateMachineOptions otherName =
                new StateMachineOptions(1, 7, "b", options.bootstrapMembers(), options.quota(), options.storeOptions());

        assertThatThrownBy(() -> Machine.open(directory, otherMember))
                .isInstanceOf(RecoveryException.class)
                .hasMessageContaining("member 7 (a) of cluster 1, not of member 8");
        assertThatThrownBy(() -> Machine.open(directory, otherCluster)).isInstanceOf(RecoveryException.class);
        Machine.open(directory, otherName).close();
    }

    @Test
    void a_directory_tells_whose_state_it_holds_once_it_holds_any() throws IOException {
        assertThat(StateMachine.identityIn(directory)).isEmpty();
        assertThat(StateMachine.identityIn(directory.resolve("missing"))).isEmpty();

        Machine.open(directory).close();

        assertThat(StateMachine.identityIn(directory)).contains(new MemberIdentity(1, 7));
    }

    @Test
    void a_manifest_of_a_newer_format_is_refused_even_if_an_older_one_would_do() throws IOException {
        twoCheckpoints();
        stampVersion(manifests().getLast(), ManifestFile.VERSION + 1);

        assertThatThrownBy(() -> Machine.open(directory))
                .isInstanceOf(RecoveryException.class)
                .hasMessageContaining("format version " + (ManifestFile.VERSION + 1));
    }

    @Test
    void a_manifest_of_the_first_format_is_read() throws IOException {
        twoCheckpoints();
        stampVersion(manifests().getLast(), 1);

        try (Machine machine = Machine.open(directory)) {
            assertThat(machine.content()).containsExactly("a=1", "b=2", "c=3");
        }
    }

    /** The body of a manifest has been the same since the first version. */
    private static void stampVersion(Path manifest, int version) throws IOException {
        byte[] bytes = Files.readAllBytes(manifest);
        ByteBuffer.wrap(bytes).putInt(8, version);
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, bytes.length - 4);
        ByteBuffer.wrap(bytes).putInt(bytes.length - 4, (int) sum.getValue());
        Files.write(manifest, bytes);
    }

    @Test
    void missing_segments_are_refused_with_what_to_do() throws IOException {
        twoCheckpoints();
        try (Stream<Path> segments = Files.list(directory.resolve("segments"))) {
            for (Path segment : segments.toList()) {
                Files.delete(segment);
            }
        }

        assertThatThrownBy(() -> Machine.open(directory))
                .isInstanceOf(RecoveryException.class)
                .hasMessageContaining("restore");
    }

    @Test
    void a_live_key_of_an_unknown_lease_is_refused() throws IOException {
        try (Machine machine = Machine.open(directory)) {
            machine.grant(5);
            machine.put("a", "1", 5);
            PendingCheckpoint pending = machine.machine.beginCheckpoint();
            pending.complete();
            // What no command can do: the lease goes and its key stays.
            machine.machine.leases().revoke(5);
            machine.put("b", "1");
            machine.checkpoint();
        }

        assertThatThrownBy(() -> Machine.open(directory))
                .isInstanceOf(RecoveryException.class)
                .hasMessageContaining("key a is attached to lease 5, which does not exist");
    }

    @Test
    void an_entry_applied_already_is_refused() throws IOException {
        twoCheckpoints();
        try (Machine machine = Machine.open(directory)) {
            Proposal put = Proposal.of(Command.Put.of(b("x"), b("1")));
            assertThatThrownBy(() -> machine.machine.apply(4, 1, put, true, 0))
                    .isInstanceOf(IllegalStateException.class);
            machine.machine.skip(5, 1);
            machine.machine.publish();
            assertThatThrownBy(() -> machine.machine.skip(5, 1)).isInstanceOf(IllegalStateException.class);
        }
    }
}
