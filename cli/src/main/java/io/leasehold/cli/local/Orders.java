package io.leasehold.cli.local;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.MethodDescriptor;
import io.leasehold.cli.terminal.Screen.Style;
import io.leasehold.protocol.etcdserverpb.ClusterGrpc;
import io.leasehold.protocol.etcdserverpb.Member;
import io.leasehold.protocol.etcdserverpb.MemberAddRequest;
import io.leasehold.protocol.etcdserverpb.MemberListRequest;
import io.leasehold.protocol.etcdserverpb.MemberListResponse;
import io.leasehold.protocol.etcdserverpb.MemberRemoveRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Does what is asked of a cluster. One thread: the supervisor's. */
final class Orders {
    /** A start on a machine that does much else. */
    private static final long SERVE_NANOS = 120_000_000_000L;

    /** Members refuse changes until they have been connected for five seconds, and may be without a leader before. */
    private static final long CHANGE_NANOS = 60_000_000_000L;

    /** Refusals that are over by themselves, or leave open whether it was done: both are asked again. */
    private static final List<String> PASSING =
            List.of("unhealthy cluster", "deadline exceeded", "request timed out", "no leader", "leader changed");

    /** One that does not answer soon is shown as it was. */
    private static final long STATUS_NANOS = 2_000_000_000L;

    private static final long RETRY_NANOS = 500_000_000;

    /** A change goes through the log; a server's own limit for that is seven seconds. */
    private static final long CALL_SECONDS = 10;

    private final Supervisor supervisor;

    Orders(Supervisor supervisor) {
        this.supervisor = supervisor;
    }

    Answer carryOut(Order order) throws IOException {
        if (order.verb().takesName()) {
            Optional<RunningMember> member = members().find(order.name());
            return member.isPresent() ? carryOut(order.verb(), member.get()) : Answer.failed(unknown(order.name()));
        }
        return switch (order.verb()) {
            case STATUS -> status(order.coloured());
            case ADD -> add();
            case DOWN -> down();
            case UP, RESTART, STOP, KILL, START, REMOVE ->
                Answer.failed(order.verb().word() + " is nothing to ask for here");
        };
    }

    private Answer carryOut(Verb verb, RunningMember member) throws IOException {
        String name = member.spec().name();
        if (verb == Verb.START && member.isAlive()) {
            return Answer.failed(name + " runs already");
        }
        if ((verb == Verb.STOP || verb == Verb.KILL) && !member.isAlive()) {
            return Answer.failed(name + " does not run; \"leasehold cluster start " + name + "\" starts it");
        }
        switch (verb) {
            case STOP -> {
                supervisor.stop(List.of(member));
                return Answer.done("stopped " + name);
            }
            case KILL -> {
                member.kill();
                supervisor.await(SERVE_NANOS, () -> !member.isAlive());
                return Answer.done("killed " + name);
            }
            case RESTART -> {
                supervisor.stop(List.of(member));
                return start(member.spec());
            }
            case START -> {
                return start(member.spec());
            }
            case REMOVE -> {
                return remove(member);
            }
            default -> throw new IllegalStateException(verb + " is about no member");
        }
    }

    /** Members are asked once more: whoever has just written something wants to see it. */
    private Answer status(boolean coloured) {
        long nowNanos = supervisor.nowNanos();
        List<RunningMember> serving = members().all().stream()
                .filter(member -> member.condition(nowNanos).isServing())
                .toList();
        serving.forEach(member -> member.calls().hurry());
        supervisor.await(STATUS_NANOS, () -> serving.stream()
                .allMatch(member -> !member.isAlive() || member.calls().isAskedSince(nowNanos)));
        return new Answer(true, PictureText.status(supervisor.picture(), new Style(coloured)));
    }

    private Answer start(MemberSpec spec) throws IOException {
        if (supervisor.isEnding()) {
            return Answer.failed("the cluster goes down");
        }
        RunningMember life = members().start(spec);
        if (!members().isMajorityAlive()) {
            return Answer.done("started " + spec.name() + "; too few members run to have a leader, start another one");
        }
        boolean serves = supervisor.await(
                SERVE_NANOS,
                () -> !life.isAlive() || life.condition(supervisor.nowNanos()).isServing());
        if (!life.isAlive()) {
            return Answer.failed(spec.name() + " ended by itself, "
                    + life.picture(supervisor.nowNanos()).reason());
        }
        String url = spec.clientUrl(members().cluster().secure());
        return serves
                ? Answer.done(spec.name() + " serves at " + url)
                : Answer.failed(spec.name() + " was started and does not serve yet; its log tells more");
    }

    private Answer add() throws IOException {
        MemberSpec spec = members().cluster().next(false);
        Optional<String> taken = FreePorts.problem(List.of(spec));
        if (taken.isPresent()) {
            return Answer.failed(taken.get());
        }
        String url = spec.peerUrl(members().cluster().secure());
        MemberAddRequest request =
                MemberAddRequest.newBuilder().addPeerURLs(url).build();
        String refusal = change(ClusterGrpc.getMemberAddMethod(), request, spec.name());
        // An earlier try may have come through without an answer, or without this process living to note it.
        if (!refusal.isEmpty() && !refusal.contains("Peer URLs already exists")) {
            return Answer.failed(spec.name() + " cannot be added: " + refusal);
        }
        members().add(spec);
        supervisor.note(spec.name() + " is added");
        Answer started = start(spec);
        return started.done() ? Answer.done("added " + started.lines().get(0)) : started;
    }

    private Answer remove(RunningMember member) throws IOException {
        String name = member.spec().name();
        OptionalLong id = id(member);
        if (id.isEmpty()) {
            return Answer.failed(name + " cannot be removed: no other member serves that could be asked");
        }
        MemberRemoveRequest request =
                MemberRemoveRequest.newBuilder().setID(id.getAsLong()).build();
        String refusal = change(ClusterGrpc.getMemberRemoveMethod(), request, name);
        if (!refusal.isEmpty() && !refusal.contains("member not found")) {
            return Answer.failed(name + " cannot be removed: " + refusal);
        }
        // It ends by itself when it learns of it; if it cannot learn of it, it is ended.
        supervisor.await(CHANGE_NANOS, () -> !member.isAlive());
        supervisor.stop(List.of(member));
        members().forget(member);
        supervisor.note(name + " is removed");
        return Answer.done("removed " + name + "; its data stays in "
                + supervisor.picture().directory().resolve(name));
    }

    private Answer down() {
        int count = members().all().size();
        supervisor.end();
        supervisor.stop(members().all());
        return Answer.done("ended " + count + (count == 1 ? " member" : " members") + "; data stays in "
                + supervisor.picture().directory());
    }

    /** A member's id, as another member tells it; empty if none does. */
    private OptionalLong id(RunningMember member) {
        Optional<RunningMember> other =
                members().serving(supervisor.nowNanos(), member.spec().name());
        if (other.isEmpty()) {
            return OptionalLong.empty();
        }
        ListenableFuture<MemberListResponse> asked = other.get()
                .calls()
                .call(ClusterGrpc.getMemberListMethod(), MemberListRequest.getDefaultInstance(), CALL_SECONDS);
        supervisor.await(SERVE_NANOS, asked::isDone);
        MemberListResponse list = asked.isDone() ? Answers.of(asked) : null;
        String url = member.spec().peerUrl(members().cluster().secure());
        return list == null
                ? OptionalLong.empty()
                : list.getMembersList().stream()
                        .filter(each -> each.getPeerURLsList().contains(url))
                        .mapToLong(Member::getID)
                        .findFirst();
    }

    /** Asks a member that serves for a change, again while the cluster is not ready for one; tells why it is refused, or nothing. */
    private <Q, R> String change(MethodDescriptor<Q, R> method, Q request, String about) {
        long startNanos = supervisor.nowNanos();
        while (true) {
            Optional<RunningMember> member = members().serving(supervisor.nowNanos(), about);
            String refusal = "no member serves that could be asked";
            if (member.isPresent()) {
                ListenableFuture<R> asked = member.get().calls().call(method, request, CALL_SECONDS);
                supervisor.await(SERVE_NANOS, asked::isDone);
                refusal = asked.isDone() ? Answers.refusal(asked) : "the cluster goes down";
            }
            boolean mayPass = member.isEmpty() || PASSING.stream().anyMatch(refusal::contains);
            if (!mayPass || supervisor.isEnding() || supervisor.nowNanos() - startNanos >= CHANGE_NANOS) {
                return refusal;
            }
            supervisor.await(RETRY_NANOS, () -> false);
        }
    }

    private String unknown(String name) {
        return "there is no member " + name + "; there are "
                + members().cluster().members().stream().map(MemberSpec::name).collect(Collectors.joining(", "));
    }

    private Members members() {
        return supervisor.members();
    }
}
