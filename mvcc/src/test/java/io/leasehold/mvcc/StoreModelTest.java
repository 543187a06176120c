package io.leasehold.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.mvcc.StoreModel.Version;
import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories against {@link StoreModel}, with every answer compared. */
class StoreModelTest {
    private static final int STEPS = 1_500;

    @TempDir
    Path directory;

    private StoreModel model = new StoreModel();

    /** The model as it was at the last publish, which is what snapshots show. */
    private StoreModel published = new StoreModel();

    private int batchStart;

    /** The positions that two manifests would name, the older one first, and the hashes there. */
    private final List<Kept> kept = new ArrayList<>();

    /** What is being written anew, or copied and not taken over; null for nothing. */
    private @Nullable SegmentRewrite rewrite;

    private boolean copied;

    /** How often something was written anew, and how many files were deleted. */
    private int rewrites;

    private int deletions;

    /** A snapshot that somebody holds for long, and what it shows. */
    private @Nullable StoreSnapshot held;

    private StoreModel heldModel = new StoreModel();

    private record Kept(StorePosition position, StoreHash hash) {
        Set<Long> ids() {
            return position.segments().stream().map(SegmentLength::segmentId).collect(Collectors.toSet());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void every_answer_is_the_models(long seed) throws IOException {
        System.out.println("StoreModelTest seed " + seed);
        Random random = new Random(seed);
        StoreOptions options = new StoreOptions(seed % 2 == 0 ? 1_000 : 20_000);
        RevisionStore store = RevisionStore.open(directory, options, StorePosition.EMPTY);
        for (int step = 0; step < STEPS; step++) {
            change(store, random);
            if (random.nextInt(4) == 0) {
                assertViewIs(store.current(), model, random);
            }
            store.finishRevision();
            model.finishRevision();
            if (random.nextInt(3) == 0) {
                publish(store);
                assertSnapshotIs(store, random);
            }
            if (random.nextInt(40) == 0) {
                long range = model.revision() - model.compactedRevision();
                long at = model.compactedRevision() + (long) (random.nextDouble() * (range + 1));
                store.compact(at);
                model.compact(at);
                assertViewIs(store.current(), model, random);
            }
            if (random.nextInt(5) == 0) {
                store.compactSome(1 + random.nextInt(30));
            }
            writeAnew(store, random);
            if (random.nextInt(50) == 0) {
                publish(store);
                checkpoint(store);
            }
            if (random.nextInt(200) == 0) {
                publish(store);
                store = reopenAfterLosingSome(store, options, random);
                assertSnapshotIs(store, random);
            }
            if (random.nextInt(100) == 0) {
                assertHeldIs(random);
                held = store.snapshot();
                heldModel = published.copy();
            }
        }
        store.close();
        assertHeldIs(random);
        if (options.segmentSizeBytes() < 5_000) {
            assertThat(rewrites).isGreaterThan(2);
            assertThat(deletions).isGreaterThan(2);
        }
    }

    /** One step of what a background thread and the writer do in turns. */
    private void writeAnew(RevisionStore store, Random random) throws IOException {
        SegmentRewrite now = rewrite;
        if (now == null) {
            if (random.nextInt(4) > 0) {
                return;
            }
            publish(store);
            rewrite = store.planRewrite(random.nextBoolean()).orElse(null);
        } else if (!copied) {
            copied = !now.copySome(1 + random.nextInt(2_000));
            if (random.nextInt(20) == 0) {
                abandon(store, now);
            }
        } else if (random.nextInt(3) == 0) {
            store.beginMove(now);
            rewrite = null;
            copied = false;
            rewrites++;
        }
    }

    private void abandon(RevisionStore store, SegmentRewrite given) throws IOException {
        given.abandon();
        store.dropRewrite(given);
        rewrite = null;
        copied = false;
    }

    /** Has the store on disk as it is, as a checkpoint would, and deletes what the last two do not need. */
    private void checkpoint(RevisionStore store) throws IOException {
        Set<Long> retired = new HashSet<>(store.retired());
        StorePosition position = store.position();
        store.force(position);
        kept.add(new Kept(position, store.snapshot().hash(0)));
        if (kept.size() > 2) {
            kept.removeFirst();
        }
        kept.forEach(one -> retired.removeAll(one.ids()));
        store.delete(retired);
        deletions += retired.size();
        assertThat(store.retired()).noneMatch(retired::contains);
    }

    /** The directory as it is must do for a start at the older of the two manifests, too. */
    private void assertOlderPositionIsWhole(StoreOptions options) throws IOException {
        Path copy = directory.resolve("copy");
        Files.createDirectories(copy);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.segment")) {
            for (Path file : files) {
                Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Kept older = kept.getFirst();
        try (RevisionStore store = RevisionStore.open(copy, options, older.position())) {
            assertThat(store.snapshot().hash(0)).isEqualTo(older.hash());
        }
    }

    private void assertHeldIs(Random random) {
        StoreSnapshot snapshot = held;
        if (snapshot != null) {
            assertViewIs(snapshot, heldModel, random);
            assertHistoryIs(snapshot, heldModel, random);
        }
    }

    private void change(RevisionStore store, Random random) {
        int changes = random.nextInt(5) == 0 ? 1 + random.nextInt(5) : 1;
        for (int i = 0; i < changes; i++) {
            ByteSequence key = key(random);
            switch (random.nextInt(9)) {
                case 0 -> {
                    KeyRange range = range(random);
                    assertRecordsAre(store.delete(range), model.delete(range));
                }
                case 1 -> {
                    List<Version> deleted = model.delete(KeyRange.single(key));
                    assertRecordsAre(store.deleteKey(key).stream().toList(), deleted);
                }
                case 2 -> {
                    // It begins a revision.
                    if (i == 0) {
                        List<ByteSequence> live = model.delete(range(random)).stream()
                                .map(Version::key)
                                .toList();
                        store.deleteAll(live);
                    }
                }
                default -> {
                    ByteSequence value = ByteSequence.wrap(new byte[random.nextInt(60)]);
                    long lease = random.nextInt(3);
                    assertRecordIs(store.put(key, value, lease), model.put(key, value, lease));
                }
            }
        }
    }

    private void publish(RevisionStore store) {
        List<StoreEvent> events = store.publish();
        List<Version> expected = model.log().subList(batchStart, model.log().size());
        assertThat(events).hasSameSizeAs(expected);
        for (int i = 0; i < events.size(); i++) {
            Version version = expected.get(i);
            assertRecordIs(events.get(i).record(), version);
            assertPreviousIs(events.get(i).previous(), model.previous(version.key(), version.main()));
        }
        batchStart = model.log().size();
        published = model.copy();
    }

    /** Writes on behind a position, as before a crash, and opens at the position. */
    private RevisionStore reopenAfterLosingSome(RevisionStore store, StoreOptions options, Random random)
            throws IOException {
        StorePosition position = store.position();
        StoreHash hash = store.snapshot().hash(0);
        long sizeBytes = store.snapshot().sizeBytes();
        checkpoint(store);
        for (int i = random.nextInt(60); i > 0; i--) {
            store.put(key(random), ByteSequence.utf8("lost"), 0);
            store.finishRevision();
            if (random.nextInt(3) == 0) {
                store.publish();
            }
        }
        store.close();
        rewrite = null;
        copied = false;
        assertOlderPositionIsWhole(options);
        RevisionStore reopened =
                RevisionStore.open(directory, options, position, kept.getFirst().ids());
        assertThat(reopened.position()).isEqualTo(position);
        assertThat(reopened.snapshot().hash(0)).isEqualTo(hash);
        assertThat(reopened.snapshot().sizeBytes()).isEqualTo(sizeBytes);
        List<Version> leased = model.range(KeyRange.ALL, Long.MAX_VALUE).stream()
                .filter(version -> version.lease() != 0)
                .toList();
        List<String> seen = new ArrayList<>();
        reopened.forEachLeased((key, lease) -> seen.add(key + " " + lease));
        assertThat(seen)
                .isEqualTo(leased.stream().map(v -> v.key() + " " + v.lease()).toList());
        return reopened;
    }

    private void assertSnapshotIs(RevisionStore store, Random random) {
        StoreSnapshot snapshot = store.snapshot();
        assertViewIs(snapshot, published, random);
        assertThat(snapshot.keyCount())
                .isEqualTo(published.range(KeyRange.ALL, Long.MAX_VALUE).size());
        assertHistoryIs(snapshot, published, random);
        assertSurvivorsAre(snapshot);
        IndexInvariants.check(store.reader().root());
        long[] live = new long[1];
        store.reader().root().walk(null, null, false, (leaf, from, to) -> {
            for (int i = from; i < to; i++) {
                for (int j = 0; j < leaf.older(i).size(); j++) {
                    live[0] +=
                            snapshot.segments().read(leaf.older(i).position(j)).recordLength();
                }
                live[0] += snapshot.segments().read(leaf.newestPosition(i)).recordLength();
            }
            return true;
        });
        assertThat(snapshot.liveBytes()).isEqualTo(live[0]);
    }

    private void assertViewIs(StoreView view, StoreModel expected, Random random) {
        assertThat(view.revision()).isEqualTo(expected.visibleRevision());
        assertThat(view.compactedRevision()).isEqualTo(expected.compactedRevision());
        assertRangeIs(view, expected, range(random), 0, random.nextInt(6));
        long span = view.revision() - view.compactedRevision();
        for (int i = 0; i < 3; i++) {
            long at = view.compactedRevision() + (long) (random.nextDouble() * (span + 1));
            if (at > 0) {
                assertRangeIs(view, expected, range(random), at, random.nextInt(6));
                ByteSequence key = key(random);
                assertRecordsAre(view.get(key, at).stream().toList(), expected.range(KeyRange.single(key), at));
            }
        }
        ByteSequence key = key(random);
        assertRecordsAre(view.get(key).stream().toList(), expected.range(KeyRange.single(key), Long.MAX_VALUE));
    }

    private static void assertRangeIs(StoreView view, StoreModel expected, KeyRange range, long at, long limit) {
        List<Version> all = expected.range(range, at == 0 ? Long.MAX_VALUE : at);
        RangeResult result = view.range(range, at, limit);
        assertThat(result.count()).isEqualTo(all.size());
        assertThat(view.count(range, at)).isEqualTo(all.size());
        assertRecordsAre(result.records(), limit == 0 ? all : all.subList(0, (int) Math.min(limit, all.size())));
    }

    /** A copy of the store, as a snapshot for another member would be. */
    private void assertSurvivorsAre(StoreSnapshot snapshot) {
        List<KeyValueRecord> survivors = new ArrayList<>();
        try {
            snapshot.forEachSurvivor(survivors::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertRecordsAre(survivors, published.survivors());
    }

    private void assertHistoryIs(StoreSnapshot snapshot, StoreModel expectedModel, Random random) {
        long compacted = expectedModel.compactedRevision();
        // A watcher may ask for the compacted revision itself.
        long from = Math.max(2, compacted + random.nextInt((int) (expectedModel.revision() - compacted) + 2));
        long to = from + random.nextInt(200);
        List<Version> expected = expectedModel.log().stream()
                .filter(version -> version.main() >= from && version.main() <= to)
                .toList();
        List<StoreEvent> seen = new ArrayList<>();
        long next = from;
        while (next <= Math.min(to, expectedModel.revision())) {
            int revisionLimit = 1 + random.nextInt(20);
            HistorySlice slice = snapshot.history(next, to, revisionLimit, 1 + random.nextInt(2_000));
            assertThat(slice.nextRevision()).isGreaterThan(next);
            assertThat(slice.events().stream()
                            .map(e -> e.record().modRevision())
                            .distinct()
                            .count())
                    .isBetween(1L, (long) revisionLimit);
            seen.addAll(slice.events());
            next = slice.nextRevision();
        }
        assertRecordsAre(seen.stream().map(StoreEvent::record).toList(), expected);
        for (int i = 0; i < seen.size(); i++) {
            Version version = expected.get(i);
            boolean known = version.main() > compacted;
            assertPreviousIs(
                    seen.get(i).previous(), known ? expectedModel.previous(version.key(), version.main()) : null);
        }
    }

    private static void assertPreviousIs(@Nullable KeyValueRecord record, @Nullable Version version) {
        assertThat(record == null).isEqualTo(version == null);
        if (record != null && version != null) {
            assertRecordIs(record, version);
        }
    }

    private static void assertRecordsAre(List<KeyValueRecord> records, List<Version> versions) {
        assertThat(records).hasSameSizeAs(versions);
        for (int i = 0; i < records.size(); i++) {
            assertRecordIs(records.get(i), versions.get(i));
        }
    }

    private static void assertRecordIs(KeyValueRecord record, Version version) {
        ByteSequence value = version.value();
        assertThat(record.key()).isEqualTo(version.key());
        assertThat(record.createRevision()).isEqualTo(version.create());
        assertThat(record.modRevision()).isEqualTo(version.main());
        assertThat(record.subRevision()).isEqualTo(version.sub());
        assertThat(record.version()).isEqualTo(version.version());
        assertThat(record.value()).isEqualTo(value == null ? ByteSequence.EMPTY : value);
        assertThat(record.leaseId()).isEqualTo(version.lease());
        assertThat(record.isTombstone()).isEqualTo(version.isDelete());
    }

    private static ByteSequence key(Random random) {
        return ByteSequence.utf8("k" + "é".repeat(random.nextInt(2)) + random.nextInt(60));
    }

    private static KeyRange range(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> KeyRange.ALL;
            case 1 -> KeyRange.single(key(random));
            case 2 -> KeyRange.of(key(random), ByteSequence.wrap(new byte[1]));
            default -> KeyRange.of(key(random), key(random));
        };
    }
}
