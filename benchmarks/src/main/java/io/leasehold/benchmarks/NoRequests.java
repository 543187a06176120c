package io.leasehold.benchmarks;

import io.grpc.stub.StreamObserver;

/** Stands for the request side of a stream until it is open. */
final class NoRequests<T> implements StreamObserver<T> {
    @Override
    public void onNext(T request) {
        throw new IllegalStateException("not open");
    }

    @Override
    public void onError(Throwable reason) {}

    @Override
    public void onCompleted() {}
}
