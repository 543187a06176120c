package io.leasehold.benchmarks;

import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.ObjIntConsumer;

/** Makes a fixed number of unary calls, a bounded number of them at a time. */
final class Pipeline {
    /** What preparations keep in flight. */
    private static final int IN_FLIGHT = 256;

    private Pipeline() {}

    /** As {@link #run(Connections, int, int, IntFunction, ObjIntConsumer)}, with as many in flight as is fast. */
    static <Q, A> void run(
            Connections connections, int count, IntFunction<UnaryLoad.Call<Q, A>> call, ObjIntConsumer<A> answered) {
        run(connections, IN_FLIGHT, count, call, answered);
    }

    /**
     * Makes {@code count} calls and returns when all have answered.
     *
     * @param inFlight how many at a time
     * @param call the n-th call
     * @param answered takes the n-th answer, on an event loop
     * @throws IllegalStateException when a call fails; those that were not made by then are not made
     */
    static <Q, A> void run(
            Connections connections,
            int inFlight,
            int count,
            IntFunction<UnaryLoad.Call<Q, A>> call,
            ObjIntConsumer<A> answered) {
        CountDownLatch left = new CountDownLatch(count);
        AtomicInteger next = new AtomicInteger();
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        for (int slot = 0; slot < inFlight; slot++) {
            issue(connections, slot, next, count, call, answered, left, failures);
        }
        try {
            left.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.size() + " of " + count + " calls failed", failures.element());
        }
    }

    private static <Q, A> void issue(
            Connections connections,
            int slot,
            AtomicInteger next,
            int count,
            IntFunction<UnaryLoad.Call<Q, A>> call,
            ObjIntConsumer<A> answered,
            CountDownLatch left,
            Queue<Throwable> failures) {
        int number = next.getAndIncrement();
        if (number >= count) {
            return;
        }
        UnaryLoad.Call<Q, A> made = call.apply(number);
        ClientCalls.asyncUnaryCall(
                connections.channel(slot).newCall(made.method(), CallOptions.DEFAULT),
                made.request(),
                new StreamObserver<A>() {
                    @Override
                    public void onNext(A answer) {
                        answered.accept(answer, number);
                    }

                    @Override
                    public void onError(Throwable reason) {
                        failures.add(reason);
                        left.countDown();
                        // The rest is not tried: on a closed connection each would fail within the call before it.
                        for (int unissued = count - next.getAndSet(count); unissued > 0; unissued--) {
                            left.countDown();
                        }
                    }

                    @Override
                    public void onCompleted() {
                        left.countDown();
                        issue(connections, slot, next, count, call, answered, left, failures);
                    }
                });
    }
}
