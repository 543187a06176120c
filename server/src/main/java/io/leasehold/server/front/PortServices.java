package io.leasehold.server.front;

import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.leasehold.server.config.ServerConfig.GrpcLimits;
import io.leasehold.server.config.ServerConfig.HttpAccess;
import io.leasehold.server.http.HttpEndpoint;
import java.util.List;

/**
 * What a port serves. Services and endpoints are called on the event loops.
 *
 * @param limits bounds on gRPC connections
 * @param maxMessageBytes the largest message, whichever protocol it comes by
 * @param services what gRPC serves
 * @param tracers told of every gRPC call
 * @param access which HTTP requests are let in
 * @param endpoints what HTTP serves, the first that fits
 * @param probes what the listeners for metrics serve
 */
public record PortServices(
        GrpcLimits limits,
        int maxMessageBytes,
        List<ServerServiceDefinition> services,
        List<? extends ServerStreamTracer.Factory> tracers,
        HttpAccess access,
        List<HttpEndpoint> endpoints,
        List<HttpEndpoint> probes) {
    /** Copies the lists. */
    public PortServices {
        services = List.copyOf(services);
        tracers = List.copyOf(tracers);
        endpoints = List.copyOf(endpoints);
        probes = List.copyOf(probes);
    }
}
