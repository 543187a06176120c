package io.leasehold.client;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A channel whose connection is never made: a network drops what is sent. Calls wait until they are given up. */
final class UnreachableChannel extends ManagedChannel {
    private boolean isShutdown;

    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
        return new Waiting<>();
    }

    @Override
    public String authority() {
        return "unreachable";
    }

    @Override
    public ConnectivityState getState(boolean requestConnection) {
        return ConnectivityState.CONNECTING;
    }

    @Override
    public ManagedChannel shutdown() {
        isShutdown = true;
        return this;
    }

    @Override
    public ManagedChannel shutdownNow() {
        return shutdown();
    }

    @Override
    public boolean isShutdown() {
        return isShutdown;
    }

    @Override
    public boolean isTerminated() {
        return isShutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return isShutdown;
    }

    private static final class Waiting<Q, A> extends ClientCall<Q, A> {
        private @Nullable Listener<A> listener;

        @Override
        public void start(Listener<A> responses, Metadata headers) {
            listener = responses;
        }

        @Override
        public void request(int messages) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {
            Listener<A> told = listener;
            listener = null;
            if (told != null) {
                told.onClose(Status.CANCELLED.withDescription(message), new Metadata());
            }
        }

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(Q message) {}
    }
}
