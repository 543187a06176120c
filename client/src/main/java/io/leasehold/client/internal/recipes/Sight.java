package io.leasehold.client.internal.recipes;

import io.leasehold.client.kv.KeyRange;
import io.leasehold.client.watch.WatchEvent;
import io.leasehold.client.watch.WatchOptions;
import java.util.function.Predicate;

/** What a look has shown. */
sealed interface Sight<T> {
    /** What was looked for. */
    record Found<T>(T result) implements Sight<T> {}

    /**
     * Not yet; a further look is worth while after this.
     *
     * @param range where something must happen
     * @param options from the revision behind the one that was looked at
     * @param signal which events count
     * @param signals how many of them there must be, 1 or more
     */
    record NotYet<T>(KeyRange range, WatchOptions options, Predicate<WatchEvent> signal, int signals)
            implements Sight<T> {
        /** After any event in the range. */
        static <T> NotYet<T> until(KeyRange range, WatchOptions options) {
            return new NotYet<>(range, options, event -> true, 1);
        }
    }
}
