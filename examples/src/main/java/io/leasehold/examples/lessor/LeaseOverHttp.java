package io.leasehold.examples.lessor;

import com.sun.net.httpserver.HttpServer;
import io.leasehold.lease.leasehttp.LeaseHttp;
import io.leasehold.lease.leasehttp.LeaseHttpClient;
import io.leasehold.lease.leasehttp.LessorHttpHandler;
import io.leasehold.lease.leasehttp.LessorLeases;
import io.leasehold.lease.leasehttp.LessorLeases.AppliedWait;
import io.leasehold.lease.lessor.Answer;
import io.leasehold.lease.lessor.Lessor;
import io.leasehold.lease.lessor.LessorStore;
import io.leasehold.lease.lessor.MemoryLessorStore;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.protocol.leasepb.LeaseInternalResponse;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Leases of a program of its own, served and renewed over HTTP: what docs/lease-http.md shows. On Java 21 or later. */
public final class LeaseOverHttp {
    private static final long LEASE_ID = 7;

    private LeaseOverHttp() {}

    /** Serves, renews once and ends. */
    public static void main(String[] args) throws IOException, InterruptedException {
        run(System.out);
    }

    /** The same, printing elsewhere. */
    public static void run(PrintStream out) throws IOException, InterruptedException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ExecutorService threads = Executors.newCachedThreadPool();
        HttpServer server = serve(new MemoryLessorStore(), address, threads);
        try {
            server.start();
            ask(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), out);
        } finally {
            server.stop(0);
            threads.shutdown();
        }
    }

    @ReadsClock("the program is the wiring")
    private static HttpServer serve(LessorStore store, InetSocketAddress address, ExecutorService threads)
            throws IOException {
        Lessor lessor = Lessor.create(store, 2, System::nanoTime);
        HttpServer server = HttpServer.create(address, 0);
        server.createContext(LeaseHttp.RENEW_PATH, new LessorHttpHandler(new LessorLeases(lessor, AppliedWait.NONE)));
        server.setExecutor(threads);

        lessor.promote(Duration.ZERO);
        lessor.grant(LEASE_ID, 10).orElseThrow();
        return server;
    }

    private static void ask(URI member, PrintStream out) throws IOException, InterruptedException {
        LeaseHttpClient client = new LeaseHttpClient(HttpClient.newHttpClient(), Duration.ofSeconds(5));
        Answer<Long> ttlSeconds = client.renewHttp(member, LEASE_ID);
        Answer<LeaseInternalResponse> left = client.timeToLiveHttp(member, LEASE_ID, true);

        out.println("renewed for " + ttlSeconds.orElseThrow() + " s");
        out.println("granted " + left.orElseThrow().getLeaseTimeToLiveResponse().getGrantedTTL() + " s");
    }
}
