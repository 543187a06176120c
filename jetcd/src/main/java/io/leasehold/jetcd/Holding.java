package io.leasehold.jetcd;

import io.leasehold.client.recipes.Hold;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Asks for something that hangs on a lease of somebody else's. */
final class Holding {
    private Holding() {}

    /**
     * Asks in the name of the lease; it is given back with what was got, or when nothing was. Cancelling the
     * answered future gives up.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // The derived futures could tell nothing that this one does not.
    static <H extends Hold, B> CompletableFuture<B> ask(
            long leaseId, Function<BorrowedLease, CompletableFuture<H>> question, Function<H, B> form) {
        BorrowedLease lease = new BorrowedLease(leaseId);
        CompletableFuture<H> asked = question.apply(lease);
        asked.whenComplete((hold, failed) -> {
            if (hold != null) {
                hold.ended().thenRun(lease::giveBack);
            } else if (!asked.isCancelled()) {
                lease.giveBack();
            }
        });
        CompletableFuture<B> answer = Answers.of(asked, form);
        answer.whenComplete((told, failed) -> {
            if (answer.isCancelled()) {
                // In this order: what has been given up by then is taken away all the same.
                asked.cancel(false);
                lease.giveBack();
            }
        });
        return answer;
    }
}
