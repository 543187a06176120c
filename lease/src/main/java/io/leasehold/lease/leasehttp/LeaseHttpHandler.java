package io.leasehold.lease.leasehttp;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveRequest;
import io.leasehold.protocol.leasepb.LeaseInternalRequest;
import io.leasehold.protocol.leasepb.LeaseInternalResponse;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Answers the two requests of lease HTTP, whichever HTTP server they came through. Nobody is authenticated here: who may
 * reach it may renew every lease, so it belongs on an address that only members reach. Stateless; any thread.
 *
 * <pre>
 *   200  the answer, in protobuf            405  not POST
 *   400  not readable, or refused           408  this member lags behind: ask again
 *   404  no such lease                      413  more than 64 KiB
 *                                           500  leadership lost meanwhile
 * </pre>
 */
public final class LeaseHttpHandler {
    private final HttpLeases leases;

    /** Speaks for the given leases. */
    public LeaseHttpHandler(HttpLeases leases) {
        this.leases = leases;
    }

    /**
     * Answers one request.
     *
     * @param method in upper case
     * @param path without the query
     * @param body the whole body; not changed and not kept
     * @param reply called exactly once, on any thread, before or after this method returns
     */
    public void handle(String method, String path, byte[] body, Consumer<LeaseHttpReply> reply) {
        if (!method.equals("POST")) {
            reply.accept(LeaseHttpReply.error(405, "Method Not Allowed"));
        } else if (body.length > LeaseHttp.REQUEST_BYTES_MAX) {
            reply.accept(LeaseHttpReply.bodyTooLarge());
        } else {
            try {
                route(path, body, reply);
            } catch (InvalidProtocolBufferException malformed) {
                reply.accept(LeaseHttpReply.error(400, "error unmarshalling request"));
            }
        }
    }

    private void route(String path, byte[] body, Consumer<LeaseHttpReply> reply) throws InvalidProtocolBufferException {
        switch (path) {
            case LeaseHttp.RENEW_PATH -> renew(LeaseKeepAliveRequest.parseFrom(body), reply);
            case LeaseHttp.INTERNAL_PATH ->
                timeToLive(LeaseInternalRequest.parseFrom(body).getLeaseTimeToLiveRequest(), reply);
            default -> reply.accept(LeaseHttpReply.error(400, "unknown request path \"" + printable(path) + "\""));
        }
    }

    private void renew(LeaseKeepAliveRequest request, Consumer<LeaseHttpReply> reply) {
        leases.renew(
                request.getID(),
                answer -> reply.accept(reply(answer, ttlSeconds -> LeaseKeepAliveResponse.newBuilder()
                        .setID(request.getID())
                        .setTTL(ttlSeconds)
                        .build())));
    }

    private void timeToLive(LeaseTimeToLiveRequest request, Consumer<LeaseHttpReply> reply) {
        leases.timeToLive(
                request.getID(),
                request.getKeys(),
                answer -> reply.accept(reply(answer, told -> LeaseInternalResponse.newBuilder()
                        .setLeaseTimeToLiveResponse(told)
                        .build())));
    }

    private static <T> LeaseHttpReply reply(LeaseHttpAnswer<T> answer, Function<T, MessageLite> message) {
        return switch (answer) {
            case LeaseHttpAnswer.Done<T> done ->
                new LeaseHttpReply(
                        200,
                        LeaseHttp.CONTENT_TYPE,
                        ByteSequence.wrap(message.apply(done.value()).toByteArray()));
            case LeaseHttpAnswer.Failed<T> failed -> LeaseHttpReply.error(failed.status(), failed.text());
        };
    }

    /** A path is the client's own text: what could break a line of a log or a terminal is left out. */
    private static String printable(String path) {
        return path.replaceAll("[^\\x21-\\x7e]", "?");
    }
}
