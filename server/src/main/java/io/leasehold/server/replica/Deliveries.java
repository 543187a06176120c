package io.leasehold.server.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Answers of one batch, handed over with one task per executor: an event loop is woken once for all its connections,
 * however many of them wait. Owned by one thread.
 */
final class Deliveries {
    /** One executor's share. There are as many as event loops, so a linear search is the fastest. */
    private record Share(Executor executor, List<Runnable> answers) {}

    private final List<Share> shares = new ArrayList<>();

    /** Adds an answer for the next {@link #flush}. */
    void add(Executor executor, Runnable answer) {
        for (Share share : shares) {
            if (share.executor == executor) {
                share.answers.add(answer);
                return;
            }
        }
        List<Runnable> answers = new ArrayList<>();
        answers.add(answer);
        shares.add(new Share(executor, answers));
    }

    /** Hands every executor its answers, in the order in which they were added, and forgets them. */
    void flush() {
        for (Share share : shares) {
            List<Runnable> answers = share.answers;
            share.executor.execute(() -> answers.forEach(Runnable::run));
        }
        shares.clear();
    }
}
