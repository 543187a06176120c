package io.leasehold.faults.load;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.leasehold.faults.cluster.FaultyCluster;
import io.leasehold.faults.cluster.Member;
import io.leasehold.protocol.ReadsClock;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One client with one thread: calls one at a time, mostly on the member it is at home with, now and then on another. A call
 * fails when its deadline passes; nothing is repeated.
 */
@ReadsClock("clients live on the real clock")
abstract class Client implements Runnable {
    private static final long DEADLINE_MIN_MILLIS = 1_000;
    private static final long DEADLINE_MAX_MILLIS = 9_000;

    /** How often a client goes to another member than its own: one of so many calls. */
    private static final int STRAY_ONE_OF = 5;

    final FaultyCluster cluster;
    final Book book;
    final String name;
    final SplittableRandom random;
    private final int home;
    private volatile boolean over;

    Client(String name, int home, FaultyCluster cluster, Book book, SplittableRandom random) {
        this.name = name;
        this.home = home;
        this.cluster = cluster;
        this.book = book;
        this.random = random;
    }

    /** Ends it after the call that is under way. */
    final void end() {
        over = true;
    }

    final boolean isOver() {
        return over;
    }

    /** The member to ask next. */
    final Member member() {
        List<Member> members = cluster.members();
        int at = random.nextInt(STRAY_ONE_OF) == 0 ? random.nextInt(members.size()) : home % members.size();
        return members.get(at);
    }

    final KVGrpc.KVBlockingStub kv(Member member) {
        return KVGrpc.newBlockingStub(channel(member)).withDeadlineAfter(deadlineMillis(), TimeUnit.MILLISECONDS);
    }

    final LeaseGrpc.LeaseBlockingStub leases(Member member) {
        return LeaseGrpc.newBlockingStub(channel(member)).withDeadlineAfter(deadlineMillis(), TimeUnit.MILLISECONDS);
    }

    final ManagedChannel channel(Member member) {
        ManagedChannel channel = cluster.channel(member);
        // A member that comes back is to be found at once, not when gRPC next thinks of it.
        channel.resetConnectBackoff();
        return channel;
    }

    final long deadlineMillis() {
        return random.nextLong(DEADLINE_MIN_MILLIS, DEADLINE_MAX_MILLIS);
    }

    static long now() {
        return System.nanoTime();
    }

    static void pauseMillis(long millis) {
        long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = untilNanos - System.nanoTime(); left > 0; left = untilNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
