package io.leasehold.examples.lessor;

import io.leasehold.lease.lessor.Lease;
import io.leasehold.lease.lessor.LeaseItem;
import io.leasehold.lease.lessor.Lessor;
import io.leasehold.lease.lessor.TxnDelete;
import io.leasehold.lease.lessor.host.FileLessorStore;
import io.leasehold.lease.lessor.host.LessorLoop;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ReadsClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Leases without a server: sessions of a program of its own, in a map, which end after two seconds unless renewed. The leases
 * outlive the program in a file; started again, it finds them.
 *
 * <pre>OwnLessor /tmp/sessions</pre> (on Java 21 or later, as module lease is)
 */
public final class OwnLessor {
    private static final long TTL_SECONDS = 2;

    private final ConcurrentSkipListMap<ByteSequence, String> sessions = new ConcurrentSkipListMap<>();
    private final AtomicLong revision = new AtomicLong();

    private OwnLessor() {}

    /** Argument: the file for the leases. */
    public static void main(String[] args) throws InterruptedException {
        new OwnLessor().run(Path.of(args[0]));
    }

    @ReadsClock("the program is the wiring")
    private void run(Path file) throws InterruptedException {
        Lessor lessor = Lessor.create(FileLessorStore.open(file), TTL_SECONDS, System::nanoTime);
        lessor.setRangeDeleter(Deletion::new);
        System.out.println("leases found: " + lessor.leases());
        lessor.promote(Duration.ZERO);
        LessorLoop loop = LessorLoop.start(lessor, "sessions");
        try {
            if (lessor.lookup(1).isEmpty()) {
                lessor.grant(1, TTL_SECONDS).orElseThrow();
            }
            ByteSequence key = ByteSequence.utf8("alice");
            sessions.put(key, "signed in");
            lessor.attach(1, List.of(new LeaseItem(key)));
            System.out.println("renewed for " + lessor.renew(1).orElseThrow() + " s: " + sessions);
            Optional<List<Lease>> expired = lessor.expiredLeases().take();
            for (Lease lease : expired.orElse(List.of())) {
                lessor.revoke(lease.id());
                System.out.println(lease + " has expired: " + sessions);
            }
        } finally {
            loop.close();
        }
    }

    /** Deletes from the map; a real store would open a transaction here. */
    private final class Deletion implements TxnDelete {
        @Override
        public Deleted deleteRange(ByteSequence key, @Nullable ByteSequence end) {
            return new Deleted(sessions.remove(key) == null ? 0 : 1, revision.get() + 1);
        }

        @Override
        public void end() {
            revision.incrementAndGet();
        }
    }
}
