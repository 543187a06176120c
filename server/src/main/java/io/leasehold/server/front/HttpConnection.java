package io.leasehold.server.front;

import io.leasehold.server.http.DuplexEndpoint;
import io.leasehold.server.http.HttpEndpoint;
import io.leasehold.server.http.HttpReply;
import io.leasehold.server.http.MessageEndpoint;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
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
 * One HTTP/1.1 connection, or one request of an HTTP/2 connection: has an endpoint answer one request at a time, in order.
 * While one is being answered nothing more is read but its own body, if that is taken in pieces; what was read together with
 * it (pipelining) waits here, bounded. Runs on the connection's loop.
 */
// A close or write that fails has closed the channel, and there is nothing else to do about it.
@SuppressWarnings("FutureReturnValueIgnored")
final class HttpConnection extends SimpleChannelInboundHandler<HttpObject> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    /**
     * From the moment a request is waited for until all of it is there, or the first piece where the body is a stream:
     * bounds idle connections as well as clients that send a byte now and then. etcd's bound for the headers.
     */
    private static final long REQUEST_SECONDS = 300;

    /** How long a client may go on with a body after the answer to it. */
    private static final long SURPLUS_SECONDS = 5;

    /** Requests, or parts of them, that may wait behind one: far more than any client sends ahead. */
    private static final int WAITING_LIMIT = 128;

    private final List<HttpEndpoint> endpoints;
    private final int waitingBytesLimit;
    private final AccessRules rules;
    private final Deque<HttpObject> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable NettyHttpCall call;
    /** The body of the call, while more of it may come. */
    private DuplexEndpoint.@Nullable Body body;

    private boolean bodyOpen;

    HttpConnection(List<HttpEndpoint> endpoints, int waitingBytesLimit, AccessRules rules) {
        super(HttpObject.class);
        this.endpoints = endpoints;
        this.rules = rules;
        this.waitingBytesLimit = waitingBytesLimit;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        awaitRequest(context);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (!isHeldUp()) {
            take(context, part);
            return;
        }
        waitingBytes += sizeBytes(part);
        if (waiting.size() == WAITING_LIMIT || waitingBytes > waitingBytesLimit) {
            context.close();
            return;
        }
        waiting.add(ReferenceCountUtil.retain(part));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        cancelDeadline();
        NettyHttpCall running = call;
        if (running != null) {
            running.gone();
        }
        if (body != null) {
            body.onGone();
        }
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("http connection closed, remote={}", context.channel().remoteAddress(), cause);
        context.close();
    }

    /** Whether what comes next belongs to a later request than the one that is being answered. */
    private boolean isHeldUp() {
        return call != null && !bodyOpen;
    }

    private static int sizeBytes(HttpObject part) {
        return part instanceof HttpContent content ? content.content().readableBytes() : 0;
    }

    private void take(ChannelHandlerContext context, HttpObject part) {
        if (part instanceof HttpRequest request) {
            begin(context, request);
        } else if (part instanceof HttpContent content && bodyOpen) {
            takeBody(context, content);
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest request) {
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
        bodyOpen = !(request instanceof FullHttpRequest);
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

    /** More of the body of the request that is being answered. */
    private void takeBody(ChannelHandlerContext context, HttpContent content) {
        DuplexEndpoint.Body open = body;
        if (content.decoderResult().isFailure()) {
            context.close();
            return;
        }
        boolean last = content instanceof LastHttpContent;
        if (last) {
            bodyOpen = false;
            context.channel().config().setAutoRead(false);
        }
        if (call == null) {
            if (last) {
                goOn(context);
            }
            return;
        }
        if (open == null) {
            return;
        }
        if (content.content().isReadable()) {
            cancelDeadline();
            open.onPiece(ByteBufUtil.getBytes(content.content()));
        }
        if (last) {
            open.onEnd();
        }
    }

    private void serve(ChannelHandlerContext context, HttpRequest request, NettyHttpCall next) {
        Optional<HttpReply> atTheDoor = rules.answerAtTheDoor(next, next.isSecure());
        if (atTheDoor.isPresent()) {
            next.respond(atTheDoor.get());
            return;
        }
        for (HttpEndpoint endpoint : endpoints) {
            if (endpoint.serves(next.path())) {
                serve(context, request, next, endpoint);
                return;
            }
        }
        next.respond(HttpReply.notFound());
    }

    private void serve(ChannelHandlerContext context, HttpRequest request, NettyHttpCall next, HttpEndpoint endpoint) {
        if (bodyOpen && endpoint instanceof DuplexEndpoint duplex) {
            if (HttpUtil.is100ContinueExpected(request)) {
                context.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            }
            DuplexEndpoint.Body begun = duplex.begin(next, on -> listen(context, on));
            // It may have been answered already, with an error.
            if (call == next) {
                body = begun;
                awaitRequest(context);
                context.channel().config().setAutoRead(true);
            }
        } else if (request instanceof FullHttpRequest full
                && endpoint instanceof MessageEndpoint messages
                && WebSocketDoor.isAskedFor(full)
                && messages.conversesAt(next.path())) {
            WebSocketDoor.token(full).ifPresent(next::setToken);
            WebSocketDoor.open(context, full, next, messages, waitingBytesLimit);
        } else {
            endpoint.handle(next);
        }
    }

    private void listen(ChannelHandlerContext context, boolean on) {
        context.executor().execute(() -> {
            if (bodyOpen) {
                context.channel().config().setAutoRead(on);
            }
        });
    }

    private void answered(ChannelHandlerContext context, boolean keepAlive) {
        call = null;
        body = null;
        if (!keepAlive) {
            context.close();
        } else if (bodyOpen) {
            // What is left of the body means nothing, but it may be in the network already, with the next request
            // behind it.
            closeAfter(context, SURPLUS_SECONDS);
            context.channel().config().setAutoRead(true);
        } else {
            goOn(context);
        }
    }

    /** With what waits, or what comes. */
    private void goOn(ChannelHandlerContext context) {
        while (!isHeldUp() && !waiting.isEmpty()) {
            HttpObject next = waiting.remove();
            waitingBytes -= sizeBytes(next);
            try {
                take(context, next);
            } finally {
                ReferenceCountUtil.release(next);
            }
        }
        if (call == null) {
            awaitRequest(context);
            context.channel().config().setAutoRead(true);
        }
    }

    private void awaitRequest(ChannelHandlerContext context) {
        closeAfter(context, REQUEST_SECONDS);
    }

    private void closeAfter(ChannelHandlerContext context, long seconds) {
        cancelDeadline();
        deadline = context.executor().schedule(() -> context.close(), seconds, TimeUnit.SECONDS);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
