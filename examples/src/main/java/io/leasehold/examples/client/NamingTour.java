package io.leasehold.examples.client;

import static io.leasehold.client.call.Blocking.await;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolverRegistry;
import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.kv.PutOptions;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseGrant;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.naming.Endpoint;
import io.leasehold.client.naming.EndpointChange;
import io.leasehold.client.naming.EndpointManager;
import io.leasehold.client.naming.EtcdResolverProvider;
import io.leasehold.client.naming.Registration;
import io.leasehold.client.naming.RegistrationOptions;
import java.io.PrintStream;
import java.time.Duration;

/** What docs/naming.md shows, passage by passage. Takes an endpoint of etcd or Leasehold, {@code host:port}. */
public final class NamingTour {
    private final LeaseholdClient client;
    private final PrintStream out;

    private NamingTour(LeaseholdClient client, PrintStream out) {
        this.client = client;
        this.out = out;
    }

    /** Runs all passages. */
    public static void main(String[] args) {
        run(args[0], System.out);
    }

    /** Connects and runs all passages. */
    public static void run(String endpoint, PrintStream out) {
        try (LeaseholdClient client = LeaseholdClient.connect("http://" + endpoint)) {
            NamingTour tour = new NamingTour(client, out);
            tour.endpoints();
            tour.leased();
            tour.registered();
            EtcdResolverProvider provider = new EtcdResolverProvider(client);
            tour.channel(provider).shutdownNow();
            // The client ends here, and with it what its resolver can answer.
            NameResolverRegistry.getDefaultRegistry().deregister(provider);
        }
    }

    void endpoints() {
        EndpointManager endpoints = client.naming().endpoints("my-service");
        await(endpoints.update(EndpointChange.add(Endpoint.at("1.2.3.4", "..."))));
        out.println(await(endpoints.list()));
        await(endpoints.update(EndpointChange.delete("1.2.3.4")));
        out.println(await(endpoints.list()));
    }

    void leased() {
        EndpointManager endpoints = client.naming().endpoints("my-service");
        LeaseGrant lease = await(client.leases().grant(Duration.ofSeconds(5)));
        await(endpoints.add("1.2.3.4", Endpoint.at("1.2.3.4", "..."), PutOptions.DEFAULT.lease(lease.id())));
        KeepAlive keepAlive = client.leases().keepAlive(lease, new LeaseListener() {});
        out.println("kept: " + keepAlive.leaseId());
        await(client.leases().revoke(lease.id()));
    }

    void registered() {
        EndpointManager endpoints = client.naming().endpoints("my-service");
        try (Registration registration =
                await(endpoints.register(Endpoint.at("10.0.0.7:8080"), RegistrationOptions.DEFAULT))) {
            registration.listen(state -> out.println("registration: " + state));
            out.println(registration.key());
        }
    }

    ManagedChannel channel(EtcdResolverProvider provider) {
        NameResolverRegistry.getDefaultRegistry().register(provider);
        return ManagedChannelBuilder.forTarget("etcd:///my-service")
                .defaultLoadBalancingPolicy("round_robin")
                .usePlaintext()
                .build();
    }
}
