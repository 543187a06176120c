package io.leasehold.server.front;

import io.leasehold.server.http.HttpEndpoint;
import io.leasehold.server.http.HttpReply;
import io.leasehold.server.http.MessageEndpoint;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1.1 connection, or one request of an HTTP/2 connection: has an endpoint answer one request at a time, in order. While one is being answered nothing more
 * is read; what was read together with it (pipelining) waits here, bounded. Runs on the connection's loop.
 */
// A close or write that fails has closed the channel, and there is nothing else to do about it.
@SuppressWarnings("FutureReturnValueIgnored")
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    /**
     * From the moment a request is waited for until all of it is there: bounds idle connections as well as clients that
     * send a byte now and then. etcd's bound for the headers.
     */
    private static final long REQUEST_SECONDS = 300;

    /** Requests that may wait behind one: far more than any client sends ahead. */
    private static final int WAITING_LIMIT = 128;

    private final List<HttpEndpoint> endpoints;
    private final int waitingBytesLimit;
    private final AccessRules rules;
    private final Deque<FullHttpRequest> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable NettyHttpCall call;

    HttpConnection(List<HttpEndpoint> endpoints, int waitingBytesLimit, AccessRules rules) {
        super(FullHttpRequest.class);
        this.endpoints = endpoints;
        this.rules = rules;
        this.waitingBytesLimit = waitingBytesLimit;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        awaitRequest(context);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (call == null) {
            begin(context, request);
            return;
        }
        waitingBytes += request.content().readableBytes();
        if (waiting.size() == WAITING_LIMIT || waitingBytes > waitingBytesLimit) {
            context.close();
            return;
        }
        waiting.add(request.retain());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        cancelDeadline();
        NettyHttpCall running = call;
        if (running != null) {
            running.gone();
        }
        waiting.forEach(FullHttpRequest::release);
        waiting.clear();
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("http connection closed, remote={}", context.channel().remoteAddress(), cause);
        context.close();
    }

    private void begin(ChannelHandlerContext context, FullHttpRequest request) {
        cancelDeadline();
        context.channel().config().setAutoRead(false);
        boolean keepAlive =
                HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
        NettyHttpCall next = new NettyHttpCall(
                context,
                keepAlive,
                rules.headers(request.headers().get(HttpHeaderNames.ORIGIN, "")),
                () -> answered(context, keepAlive));
        call = next;
        try {
            if (request.decoderResult().isFailure() || !next.take(request)) {
                next.respond(HttpReply.text(400, "400 Bad Request"));
            } else {
                serve(context, request, next);
            }
        } catch (RuntimeException broken) {
            LOG.error("http request failed, path={}", next.path(), broken);
            next.respond(HttpReply.text(500, "internal error\n"));
        }
    }

    private void serve(ChannelHandlerContext context, FullHttpRequest request, NettyHttpCall next) {
        Optional<HttpReply> atTheDoor = rules.answerAtTheDoor(next, next.isSecure());
        if (atTheDoor.isPresent()) {
            next.respond(atTheDoor.get());
            return;
        }
        for (HttpEndpoint endpoint : endpoints) {
            if (endpoint.serves(next.path())) {
                if (endpoint instanceof MessageEndpoint messages
                        && WebSocketDoor.isAskedFor(request)
                        && messages.conversesAt(next.path())) {
                    WebSocketDoor.token(request).ifPresent(next::setToken);
                    WebSocketDoor.open(context, request, next, messages, waitingBytesLimit);
                } else {
                    endpoint.handle(next);
                }
                return;
            }
        }
        next.respond(HttpReply.notFound());
    }

    private void answered(ChannelHandlerContext context, boolean keepAlive) {
        call = null;
        FullHttpRequest next = waiting.poll();
        if (!keepAlive) {
            context.close();
        } else if (next == null) {
            awaitRequest(context);
            context.channel().config().setAutoRead(true);
            return;
        } else {
            waitingBytes -= next.content().readableBytes();
            begin(context, next);
        }
        if (next != null) {
            next.release();
        }
    }

    private void awaitRequest(ChannelHandlerContext context) {
        deadline = context.executor().schedule(() -> context.close(), REQUEST_SECONDS, TimeUnit.SECONDS);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
