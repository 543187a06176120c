package io.leasehold.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The members, their network, and what befalls them. */
final class Cluster implements RaftMember.Peers, AutoCloseable {
    final Agenda agenda;
    final Observer observer;
    final List<SimulatedMember> members = new ArrayList<>();
    private final Network network;
    private final Path directory;
    private boolean faults;

    Cluster(Agenda agenda, Observer observer, Path directory, int count) {
        this.agenda = agenda;
        this.observer = observer;
        this.directory = directory;
        this.network = new Network(agenda, count);
        for (int number = 0; number < count; number++) {
            members.add(new SimulatedMember(this, number, directory.resolve("m" + number), count));
        }
        members.forEach(SimulatedMember::boot);
    }

    @Override
    public int count() {
        return members.size();
    }

    @Override
    public void send(int from, int to, RaftMember.Message message) {
        network.send(from, to, () -> members.get(to).receive(message));
    }

    SimulatedMember anyMember() {
        return members.get(agenda.random.nextInt(members.size()));
    }

    /** Faults now and then, until {@link #endFaults}. */
    void beginFaults() {
        faults = true;
        nextFault();
    }

    /** The network is whole, everybody runs. */
    void endFaults() {
        faults = false;
        network.becomeReliable();
    }

    private void nextFault() {
        agenda.after(Agenda.SECOND / 4 + agenda.random.nextLong(5 * Agenda.SECOND / 2), () -> {
            if (faults) {
                fault(anyMember());
                nextFault();
            }
        });
    }

    private void fault(SimulatedMember victim) {
        switch (agenda.random.nextInt(7)) {
            case 0 -> partition(victim, true, true);
            case 1 -> partition(victim, true, false);
            case 2 -> partition(victim, false, true);
            case 3 -> victim.crash(agenda.delayNanos(4_000));
            case 4 -> victim.stall(100 * Agenda.MILLI + agenda.delayNanos(9_000));
            case 5 -> members.forEach(SimulatedMember::depose);
            default -> victim.checkpoint();
        }
    }

    private void partition(SimulatedMember victim, boolean out, boolean in) {
        // Mostly whoever leads: the others cut off change little.
        SimulatedMember cut = agenda.oneIn(3) ? victim : leaderOr(victim);
        cut.trace("is cut off" + (out ? " outwards" : "") + (in ? " inwards" : ""));
        network.isolate(cut.number, out, in);
        agenda.after(agenda.delayNanos(6_000) + Agenda.SECOND / 2, network::heal);
    }

    private SimulatedMember leaderOr(SimulatedMember other) {
        return members.stream().filter(SimulatedMember::leads).findAny().orElse(other);
    }

    /** The states of all members are compared once more, then thrown away. */
    @Override
    public void close() {
        try {
            for (SimulatedMember member : members) {
                member.close();
            }
            observer.close();
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
