package io.leasehold.server.rpc;

import io.leasehold.protocol.ErrorCode;
import io.leasehold.statemachine.Command;
import java.util.Optional;

/**
 * A range request as it came.
 *
 * @param range the read asked for; sort numbers that do not exist have become NONE and KEY
 * @param sortOptionsExist whether they did exist
 */
record RangeQuery(Command.Range range, boolean sortOptionsExist) {
    private static final Command.SortOrder[] SORT_ORDERS = Command.SortOrder.values();
    private static final Command.SortTarget[] SORT_TARGETS = Command.SortTarget.values();

    /** The rules for a range, as {@code RequestValidator} has them for the generated message. */
    Optional<ErrorCode> refusal() {
        if (range.range().key().isEmpty()) {
            return Optional.of(ErrorCode.EMPTY_KEY);
        }
        return sortOptionsExist ? Optional.empty() : Optional.of(ErrorCode.INVALID_SORT_OPTION);
    }

    static boolean isSortOption(int sortOrder, int sortTarget) {
        return sortOrder >= 0 && sortOrder < SORT_ORDERS.length && sortTarget >= 0 && sortTarget < SORT_TARGETS.length;
    }

    static Command.SortOrder sortOrder(int number) {
        return number >= 0 && number < SORT_ORDERS.length ? SORT_ORDERS[number] : Command.SortOrder.NONE;
    }

    static Command.SortTarget sortTarget(int number) {
        return number >= 0 && number < SORT_TARGETS.length ? SORT_TARGETS[number] : Command.SortTarget.KEY;
    }
}
