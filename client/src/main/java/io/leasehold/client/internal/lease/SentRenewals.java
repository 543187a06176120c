package io.leasehold.client.internal.lease;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.leasehold.client.internal.rpc.Caller;
import io.leasehold.client.internal.rpc.Endpoint;
import io.leasehold.client.internal.rpc.OpenStream;
import io.leasehold.client.internal.rpc.StreamSink;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What both ways of sending renewals have in common: a stream, of which whoever waits for answers is told. */
abstract class SentRenewals<Q, A> implements RenewalStream, StreamSink<A> {
    private final RenewalAnswers answers;
    private @Nullable OpenStream<Q, A> stream;

    SentRenewals(RenewalAnswers answers) {
        this.answers = answers;
    }

    /** Opens the stream, which may ask this object for its window and the like at once. */
    final void open(Caller caller, Endpoint endpoint, MethodDescriptor<Q, A> method) {
        stream = caller.openAt(endpoint, method, this);
    }

    private OpenStream<Q, A> stream() {
        return Objects.requireNonNull(stream, "not open");
    }

    final RenewalAnswers answers() {
        return answers;
    }

    final void send(Q message) {
        stream().send(message);
    }

    @Override
    public final boolean isReady() {
        return stream().isReady();
    }

    @Override
    public final Endpoint endpoint() {
        return stream().endpoint();
    }

    @Override
    public final void close(String why) {
        stream().close(why);
    }

    @Override
    public final void ready() {
        answers.ready();
    }

    @Override
    public final void ended(Status status) {
        answers.ended(status);
    }
}
