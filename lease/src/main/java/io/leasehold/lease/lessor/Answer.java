package io.leasehold.lease.lessor;

/** What came of asking a {@link Lessor} for something: a value, or the reason it refused. */
public sealed interface Answer<T> {
    /** It was done. */
    record Done<T>(T value) implements Answer<T> {}

    /** It was not done, and nothing changed. */
    record Refused<T>(LessorError error) implements Answer<T> {}

    /** The value, for callers to whom a refusal is a bug: IllegalStateException with its text. */
    default T orElseThrow() {
        return switch (this) {
            case Done<T> done -> done.value();
            case Refused<T> refused ->
                throw new IllegalStateException(refused.error().message());
        };
    }
}
