package io.leasehold.cli.concurrency;

import io.grpc.CallOptions;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.leasehold.cli.Action;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.Connection;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.kv.GetAnswer;
import io.leasehold.protocol.etcdserverpb.RangeResponse;
import io.leasehold.protocol.v3electionpb.CampaignRequest;
import io.leasehold.protocol.v3electionpb.CampaignResponse;
import io.leasehold.protocol.v3electionpb.ElectionGrpc;
import io.leasehold.protocol.v3electionpb.LeaderRequest;
import io.leasehold.protocol.v3electionpb.LeaderResponse;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** {@code elect <name> <proposal>}: stands for election; with {@code -l} it watches one. */
public final class ElectCommand implements Action {
    private static final long TTL_SECONDS = 60;

    private final Ctl ctl;

    private final Flag<Boolean> listen;

    /** Works by the given root. */
    public ElectCommand(Ctl ctl, Flags flags) {
        this.ctl = ctl;
        this.listen = flags.toggle("listen", "only show who is elected").orShort("l");
    }

    @Override
    public void run(List<String> arguments) {
        Arguments.count(arguments, 1, 2, "elect takes one election name argument and an optional proposal argument");
        if (arguments.size() == 1 && !listen.value()) {
            throw Arguments.bad("no proposal argument but -l not set");
        }
        if (arguments.size() == 2 && listen.value()) {
            throw Arguments.bad("proposal given but -l is set");
        }
        if (listen.value()) {
            observe(arguments.get(0));
        } else {
            campaign(arguments.get(0), arguments.get(1));
        }
    }

    private void observe(String name) {
        LeaderRequest request =
                LeaderRequest.newBuilder().setName(Arguments.bytes(name)).build();
        SignalledEnd signals = new SignalledEnd(() -> 0);
        try (Connection connection = ctl.connect()) {
            Iterator<LeaderResponse> leaders = ClientCalls.blockingServerStreamingCall(
                    connection.channel(), ElectionGrpc.getObserveMethod(), CallOptions.DEFAULT, request);
            while (leaders.hasNext()) {
                LeaderResponse leader = leaders.next();
                ctl.output()
                        .print(new GetAnswer(RangeResponse.newBuilder()
                                .setHeader(leader.getHeader())
                                .addKvs(leader.getKv())
                                .build()));
            }
        } catch (StatusRuntimeException e) {
            throw Connection.failure(e.getStatus(), e);
        } finally {
            signals.forget();
        }
    }

    private void campaign(String name, String proposal) {
        AtomicReference<@Nullable Holding> held = new AtomicReference<>();
        // Before anything else: who has only just started leaves nothing behind either, and says so.
        SignalledEnd signals = new SignalledEnd(() -> Holding.giveBack(ctl, held.get()));
        try (Connection connection = ctl.connect()) {
            campaign(connection, name, proposal, held);
        } finally {
            signals.forget();
        }
    }

    private void campaign(
            Connection connection, String name, String proposal, AtomicReference<@Nullable Holding> held) {
        Holding holding = Holding.begin(connection, TTL_SECONDS);
        held.set(holding);
        CampaignResponse elected = connection.callWithoutDeadline(
                ElectionGrpc.getCampaignMethod(),
                CampaignRequest.newBuilder()
                        .setName(Arguments.bytes(name))
                        .setLease(holding.leaseId())
                        .setValue(Arguments.bytes(proposal))
                        .build());
        holding.got();
        if (!GetAnswer.show(ctl, connection, elected.getLeader().getKey())) {
            throw new CtlException(CtlException.Code.ERROR, "elect: session expired");
        }
        try {
            holding.lost().get();
            throw new CtlException(CtlException.Code.ERROR, "elect: session expired");
        } catch (InterruptedException e) {
            holding.close();
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
