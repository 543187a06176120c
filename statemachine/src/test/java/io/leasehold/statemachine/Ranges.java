package io.leasehold.statemachine;

import io.leasehold.mvcc.KeyRange;

/** Builds reads for tests, one wish after the other. */
record Ranges(Command.Range range) {
    static Ranges over(String key, String end) {
        return new Ranges(Command.Range.of(Machine.range(key, end)));
    }

    static Ranges all() {
        return new Ranges(Command.Range.of(KeyRange.ALL));
    }

    Ranges limit(long limit) {
        return with(limit, range.revision(), range.sortOrder(), range.sortTarget(), false, false, filters());
    }

    Ranges at(long revision) {
        return with(range.limit(), revision, range.sortOrder(), range.sortTarget(), false, false, filters());
    }

    Ranges sort(Command.SortOrder order, Command.SortTarget target) {
        return with(range.limit(), range.revision(), order, target, false, false, filters());
    }

    Ranges keysOnly() {
        return with(range.limit(), range.revision(), range.sortOrder(), range.sortTarget(), true, false, filters());
    }

    Ranges countOnly() {
        return with(range.limit(), range.revision(), range.sortOrder(), range.sortTarget(), false, true, filters());
    }

    /** Bounds: least and greatest mod revision, least and greatest create revision; 0 for none. */
    Ranges filter(long minMod, long maxMod, long minCreate, long maxCreate) {
        long[] filters = {minMod, maxMod, minCreate, maxCreate};
        return with(range.limit(), range.revision(), range.sortOrder(), range.sortTarget(), false, false, filters);
    }

    private long[] filters() {
        return new long[] {
            range.minModRevision(), range.maxModRevision(), range.minCreateRevision(), range.maxCreateRevision()
        };
    }

    private Ranges with(
            long limit,
            long revision,
            Command.SortOrder order,
            Command.SortTarget target,
            boolean keysOnly,
            boolean countOnly,
            long[] filters) {
        return new Ranges(new Command.Range(
                range.range(),
                limit,
                revision,
                order,
                target,
                false,
                keysOnly,
                countOnly,
                filters[0],
                filters[1],
                filters[2],
                filters[3]));
    }
}
