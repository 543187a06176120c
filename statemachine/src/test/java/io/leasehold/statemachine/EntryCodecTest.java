package io.leasehold.statemachine;

import static io.leasehold.statemachine.Machine.b;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.protocol.ByteSequence;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Entries: what goes in comes out, and nothing else is taken. */
final class EntryCodecTest {
    private static final long SEED = 20_240_229;

    private static List<Proposal> decode(byte[] entry) {
        return EntryCodec.decode(ByteBuffer.wrap(entry));
    }

    private static List<Proposal> proposals(RandomCommands commands, int count) {
        return Stream.generate(commands::nextProposal).limit(count).toList();
    }

    @Test
    void every_command_comes_back_as_it_was() {
        RandomCommands commands = new RandomCommands(SEED, new NaiveState());
        for (int i = 0; i < 2_000; i++) {
            List<Proposal> proposals = proposals(commands, i % 7);

            byte[] entry = EntryCodec.encode(proposals);

            assertThat(decode(entry)).as("seed %d, entry %d", SEED, i).isEqualTo(proposals);
            int foretold = EntryCodec.emptyLength()
                    + proposals.stream().mapToInt(EntryCodec::encodedLength).sum();
            assertThat(entry).hasSize(foretold);
        }
    }

    @Test
    void extreme_numbers_come_back() {
        List<Proposal> proposals = Stream.of(
                        new Command.Compact(Long.MIN_VALUE, true),
                        new Command.Compact(Long.MAX_VALUE, false),
                        new Command.LeaseGrant(Long.MIN_VALUE, Long.MIN_VALUE),
                        new Command.LeaderMarker(Long.MAX_VALUE, -1),
                        Command.Put.of(b("k"), ByteSequence.wrap(new byte[1_500_000]), -1))
                .map(Proposal::of)
                .toList();

        assertThat(decode(EntryCodec.encode(proposals))).isEqualTo(proposals);
    }

    @Test
    void a_part_of_a_buffer_is_read_and_its_position_left() {
        byte[] entry = EntryCodec.encode(List.of(Proposal.of(Command.Put.of(b("k"), b("v")))));
        ByteBuffer direct = ByteBuffer.allocateDirect(entry.length + 20).position(10);
        direct.put(10, entry).limit(10 + entry.length);

        assertThat(EntryCodec.decode(direct)).hasSize(1);
        assertThat(direct.position()).isEqualTo(10);
    }

    @Test
    void a_put_costs_little_beside_its_key_and_value() {
        assertThat(EntryCodec.encodedLength(Proposal.of(Command.Put.of(b("key"), b("value")))))
                .isEqualTo(3 + 1 + 1 + 3 + 1 + 5);
    }

    @Test
    void an_entry_cut_anywhere_is_malformed() {
        byte[] entry = EntryCodec.encode(proposals(new RandomCommands(SEED, new NaiveState()), 12));
        for (int length = 0; length < entry.length; length++) {
            byte[] cut = Arrays.copyOf(entry, length);
            assertThatThrownBy(() -> decode(cut)).isInstanceOf(MalformedEntryException.class);
        }
        assertThatThrownBy(() -> decode(Arrays.copyOf(entry, entry.length + 1)))
                .isInstanceOf(MalformedEntryException.class);
    }

    @Test
    void garbage_ends_in_an_exception_or_a_command_and_never_otherwise() {
        Random random = new Random(SEED);
        RandomCommands commands = new RandomCommands(SEED, new NaiveState());
        int malformed = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] entry = EntryCodec.encode(proposals(commands, 3));
            for (int change = random.nextInt(4); change >= 0; change--) {
                entry[1 + random.nextInt(entry.length - 1)] = (byte) random.nextInt();
            }
            try {
                assertThat(decode(entry)).isNotNull();
            } catch (MalformedEntryException e) {
                malformed++;
            }
        }
        assertThat(malformed).as("seed %d", SEED).isGreaterThan(1_000);
    }

    @Test
    void lengths_that_lie_are_refused_before_anything_is_allocated() {
        ByteBuffer entry = ByteBuffer.allocate(100);
        entry.put((byte) EntryCodec.VERSION).putInt(Integer.MAX_VALUE);

        assertThatThrownBy(() -> decode(entry.array()))
                .isInstanceOf(MalformedEntryException.class)
                .hasMessageContaining("proposals");

        // A put whose key claims two gigabytes.
        byte[] put = EntryCodec.encode(List.of(Proposal.of(Command.Put.of(b("abcdefgh"), b("")))));
        int keyLengthAt = put.length - 1 - 8 - 1;
        Arrays.fill(put, keyLengthAt, keyLengthAt + 4, (byte) 0xff);
        put[keyLengthAt + 4] = 7;
        assertThatThrownBy(() -> decode(put)).isInstanceOf(MalformedEntryException.class);
    }

    @Test
    void nesting_has_a_bound_so_that_no_entry_overflows_the_stack() {
        Command.Txn deepest = nested(RequestValidator.TXN_NESTING_MAX);
        byte[] entry = EntryCodec.encode(List.of(Proposal.of(deepest)));
        assertThat(decode(entry)).containsExactly(Proposal.of(deepest));

        byte[] tooDeep = EntryCodec.encode(List.of(Proposal.of(nested(RequestValidator.TXN_NESTING_MAX + 1))));
        assertThatThrownBy(() -> decode(tooDeep)).isInstanceOf(MalformedEntryException.class);
    }

    private static Command.Txn nested(int depth) {
        Command.Txn txn = new Command.Txn(List.of(), List.of(), List.of());
        for (int i = 1; i < depth; i++) {
            txn = new Command.Txn(List.of(), List.of(txn), List.of());
        }
        return txn;
    }

    @Test
    void a_newer_version_and_unknown_types_and_flags_are_refused() {
        byte[] entry = EntryCodec.encode(List.of(Proposal.of(new Command.LeaseRevoke(5))));
        List<byte[]> changed = new ArrayList<>();
        for (int at : new int[] {0, EntryCodec.emptyLength(), EntryCodec.emptyLength() + 1}) {
            byte[] copy = entry.clone();
            copy[at] = 99;
            changed.add(copy);
        }

        for (byte[] bytes : changed) {
            assertThatThrownBy(() -> decode(bytes)).isInstanceOf(MalformedEntryException.class);
        }
    }
}
