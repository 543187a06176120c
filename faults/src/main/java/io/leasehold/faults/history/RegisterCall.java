package io.leasehold.faults.history;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call on one key, as its client saw it. A call whose outcome is unknown has no end: it may have happened at any time
 * after it began, or not at all.
 *
 * @param client who called, for people to read
 * @param invokedNanos before the request was sent
 * @param returnedNanos after the answer had come; {@link #UNKNOWN} when none came, or one that leaves the outcome open
 * @param action what was asked for
 * @param answer what came back; null exactly when the outcome is unknown
 */
public record RegisterCall(
        String client, long invokedNanos, long returnedNanos, Action action, @Nullable Answer answer) {
    /** The end of a call whose outcome is unknown. */
    public static final long UNKNOWN = Long.MAX_VALUE;

    /** What a call asks for. Absence of a value is the absence of the key. */
    public sealed interface Action {
        /** The value that this action would write, if it writes one. */
        default Optional<String> writes() {
            return Optional.empty();
        }
    }

    /** Reads the key. */
    public record Get() implements Action {}

    /** Sets the key, and is told what it held before. */
    public record Put(String value) implements Action {
        @Override
        public Optional<String> writes() {
            return Optional.of(value);
        }
    }

    /** Sets the key without being told what it held before. */
    public record BlindPut(String value) implements Action {
        @Override
        public Optional<String> writes() {
            return Optional.of(value);
        }
    }

    /** Deletes the key, and is told what it held before. */
    public record Delete() implements Action {}

    /** Sets the key if it holds {@code expected} (null: if it is not there); else reads it. */
    public record Swap(@Nullable String expected, String value) implements Action {
        @Override
        public Optional<String> writes() {
            return Optional.of(value);
        }
    }

    /**
     * What came back.
     *
     * @param done whether a swap was done; true for all others
     * @param seen what the key held when the call took effect, null for nothing; not looked at where the call is not told
     */
    public record Answer(boolean done, @Nullable String seen) {}

    /** Checks that a call with an answer has an end, and the other way round. */
    public RegisterCall {
        if ((answer == null) != (returnedNanos == UNKNOWN)) {
            throw new IllegalArgumentException(
                    "an answer without an end, or an end without an answer: " + returnedNanos);
        }
        if (returnedNanos < invokedNanos) {
            throw new IllegalArgumentException("ends before it begins");
        }
    }

    /** Whether it is unknown if and when the call took effect. */
    public boolean isOpen() {
        return answer == null;
    }

    /** Whether the call could take effect on a key that holds {@code state} and be answered as it was. */
    boolean fits(@Nullable String state) {
        if (answer == null) {
            return true;
        }
        String seen = answer.seen();
        return switch (action) {
            case Get get -> equal(seen, state);
            case Put put -> equal(seen, state);
            case BlindPut put -> true;
            case Delete delete -> equal(seen, state);
            case Swap swap ->
                answer.done() ? equal(swap.expected(), state) : !equal(swap.expected(), state) && equal(seen, state);
        };
    }

    /** What a key that held {@code state} holds after the call. */
    @Nullable
    String after(@Nullable String state) {
        return switch (action) {
            case Get get -> state;
            case Put put -> put.value();
            case BlindPut put -> put.value();
            case Delete delete -> null;
            case Swap swap -> equal(swap.expected(), state) ? swap.value() : state;
        };
    }

    private static boolean equal(@Nullable String one, @Nullable String other) {
        return one == null ? other == null : one.equals(other);
    }
}
