package io.leasehold.interop.client;

import io.leasehold.client.LeaseholdClient;
import io.leasehold.client.call.Blocking;
import io.leasehold.client.lease.KeepAlive;
import io.leasehold.client.lease.LeaseListener;
import io.leasehold.client.lease.LossReason;
import java.time.Duration;

/**
 * A process of its own that keeps a lease: {@code KeptLeaseProgram <endpoint> <ttl seconds> <rounds>}. It prints
 * {@code lease <id>}, then again and again {@code ask} and what it is told, {@code valid} or {@code invalid}, and
 * {@code lost <reason>} when it is told that. It does not close its client.
 */
final class KeptLeaseProgram {
    private KeptLeaseProgram() {}

    /** On a busy machine a process that has just begun may need longer for its first call than such a lease has. */
    private static KeepAlive keep(LeaseholdClient client, Duration ttl) {
        KeepAlive lease =
                client.leases().keepAlive(Blocking.await(client.leases().grant(ttl)), LeaseListener.NONE);
        while (!lease.isValid()) {
            lease.close();
            lease = client.leases().keepAlive(Blocking.await(client.leases().grant(ttl)), LeaseListener.NONE);
        }
        return lease;
    }

    public static void main(String[] args) throws InterruptedException {
        LeaseholdClient client = LeaseholdClient.builder()
                .endpoints(args[0])
                .callTimeout(Duration.ofSeconds(30))
                .build();
        KeepAlive lease = keep(client, Duration.ofSeconds(Long.parseLong(args[1])));
        lease.listen(new LeaseListener() {
            @Override
            public void onLost(long leaseId, LossReason reason) {
                System.out.println("lost " + reason);
            }
        });
        System.out.println("lease " + lease.leaseId());
        for (int round = 0; round < Integer.parseInt(args[2]); round++) {
            // So that an answer can be told from before and after a pause.
            System.out.println("ask");
            System.out.println(lease.isValid() ? "valid" : "invalid");
            Thread.sleep(20);
        }
    }
}
