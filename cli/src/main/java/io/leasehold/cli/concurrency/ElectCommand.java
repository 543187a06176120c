package io.leasehold.cli.concurrency;

import io.grpc.CallOptions;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.protocol.mvccpb.KeyValue;
import io.leasehold.protocol.v3electionpb.CampaignRequest;
import io.leasehold.protocol.v3electionpb.CampaignResponse;
import io.leasehold.protocol.v3electionpb.ElectionGrpc;
import io.leasehold.protocol.v3electionpb.LeaderRequest;
import io.leasehold.protocol.v3electionpb.LeaderResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code elect <name> <proposal>}: stands for election; with {@code -l} it watches one. */
@Command(
        name = "elect",
        description = "stand for election, or watch one",
        footer = {"", "  leaseholdctl elect leader node-1", "  leaseholdctl elect -l leader"})
public final class ElectCommand implements Runnable {
    private static final long TTL_SECONDS = 60;

    private final Ctl ctl;

    @Option(
            names = {"-l", "--listen"},
            arity = "0..1",
            fallbackValue = "true",
            description = "only show who is elected")
    private boolean listen;

    @Parameters(paramLabel = "<name> [proposal]")
    private List<String> arguments = new ArrayList<>();

    /** Works by the given root. */
    public ElectCommand(Ctl ctl) {
        this.ctl = ctl;
    }

    @Override
    public void run() {
        Arguments.count(arguments, 1, 2, "elect takes one election name argument and an optional proposal argument");
        if (arguments.size() == 1 && !listen) {
            throw Arguments.bad("no proposal argument but -l not set");
        }
        if (arguments.size() == 2 && listen) {
            throw Arguments.bad("proposal given but -l is set");
        }
        try (Connection connection = ctl.connect()) {
            if (listen) {
                observe(connection);
            } else {
                campaign(connection);
            }
        }
    }

    private void observe(Connection connection) {
        LeaderRequest request = LeaderRequest.newBuilder()
                .setName(Arguments.bytes(arguments.get(0)))
                .build();
        try {
            Iterator<LeaderResponse> leaders = ClientCalls.blockingServerStreamingCall(
                    connection.channel(), ElectionGrpc.getObserveMethod(), CallOptions.DEFAULT, request);
            while (leaders.hasNext()) {
                show(leaders.next().getKv());
            }
        } catch (StatusRuntimeException e) {
            throw Connection.failure(e.getStatus(), e);
        }
    }

    private void campaign(Connection connection) {
        Holding holding = Holding.begin(connection, TTL_SECONDS);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            holding.close();
            Runtime.getRuntime().halt(0);
        }));
        CampaignResponse elected = connection.callWithoutDeadline(
                ElectionGrpc.getCampaignMethod(),
                CampaignRequest.newBuilder()
                        .setName(Arguments.bytes(arguments.get(0)))
                        .setLease(holding.leaseId())
                        .setValue(Arguments.bytes(arguments.get(1)))
                        .build());
        ctl.output().line(elected.getLeader().getKey().toStringUtf8());
        ctl.output().line(arguments.get(1));
        try {
            holding.lost().get();
            throw new CtlException(CtlException.Code.ERROR, "elect: session expired");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void show(KeyValue leader) {
        ctl.output().line(leader.getKey().toStringUtf8());
        ctl.output().line(leader.getValue().toStringUtf8());
    }
}
