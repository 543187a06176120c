package io.leasehold.client.recipes;

import io.leasehold.client.internal.time.Emission;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** An observation for each subscriber; one that is slow is told the newest state only. */
final class LeaderPublisher implements Flow.Publisher<Optional<Leader>> {
    private final Election election;

    LeaderPublisher(Election election) {
        this.election = election;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Optional<Leader>> subscriber) {
        new Observation(Objects.requireNonNull(subscriber)).emission.begin();
    }

    private final class Observation implements Emission.Source, LeaderListener {
        private final Emission<Optional<Leader>> emission;
        private @Nullable LeaderObserver observer;
        private boolean cancelled;

        Observation(Flow.Subscriber<? super Optional<Leader>> subscriber) {
            this.emission = new Emission<>(subscriber, this, 1);
        }

        @Override
        public void resume() {
            LeaderObserver running = election.observe(this);
            boolean late;
            synchronized (this) {
                observer = running;
                late = cancelled;
            }
            if (late) {
                running.close();
            }
        }

        @Override
        public void cancel() {
            LeaderObserver running;
            synchronized (this) {
                cancelled = true;
                running = observer;
            }
            if (running != null) {
                running.close();
            }
        }

        @Override
        public void onLeader(Leader leader) {
            emission.replace(Optional.of(leader));
        }

        @Override
        public void onNobody() {
            emission.replace(Optional.empty());
        }

        @Override
        public void onEnded(String why) {
            emission.end(null);
        }
    }
}
