package io.leasehold.server.front;

import io.leasehold.server.http.DuplexEndpoint;
import io.leasehold.server.http.HttpEndpoint;
import io.netty.handler.codec.http.FullHttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;

/** Puts requests together from their parts, but for those whose endpoint wants the body in pieces: they pass as they are. */
final class BodyAggregator extends HttpObjectAggregator {
    private final List<DuplexEndpoint> duplexEndpoints;
    private boolean passing;

    BodyAggregator(int maxBodyBytes, List<HttpEndpoint> endpoints) {
        super(maxBodyBytes, true);
        duplexEndpoints = endpoints.stream()
                .filter(DuplexEndpoint.class::isInstance)
                .map(DuplexEndpoint.class::cast)
                .toList();
    }

    @Override
    public boolean acceptInboundMessage(Object part) throws Exception {
        if (part instanceof HttpRequest request) {
            passing = !(part instanceof FullHttpMessage)
                    && request.decoderResult().isSuccess()
                    && isWantedInPieces(request);
        }
        if (!passing) {
            return super.acceptInboundMessage(part);
        }
        passing = !(part instanceof LastHttpContent);
        return false;
    }

    private boolean isWantedInPieces(HttpRequest request) {
        String method = request.method().name();
        try {
            String path = new QueryStringDecoder(request.uri()).path();
            return duplexEndpoints.stream().anyMatch(endpoint -> endpoint.takesPieces(method, path));
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
