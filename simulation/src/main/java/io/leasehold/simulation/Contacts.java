package io.leasehold.simulation;

import io.leasehold.raft.PeerNetwork.Contact;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** How well a process hears the others: by their greetings. */
final class Contacts {
    /** Silence that counts as a gap. */
    private static final long GAP_NANOS = Agenda.SECOND;

    private final Agenda agenda;
    private final Map<Long, Long> heardNanos = new TreeMap<>();
    private final Map<Long, Long> sinceNanos = new HashMap<>();

    Contacts(Agenda agenda) {
        this.agenda = agenda;
    }

    void heard(long id) {
        if (!hears(id)) {
            sinceNanos.put(id, agenda.nowNanos());
        }
        heardNanos.put(id, agenda.nowNanos());
    }

    boolean hears(long id) {
        return heardNanos.containsKey(id) && agenda.nowNanos() - heardNanos.get(id) < GAP_NANOS;
    }

    Map<Long, Contact> all() {
        Map<Long, Contact> contacts = new TreeMap<>();
        heardNanos.forEach((id, nanos) -> contacts.put(
                id,
                new Contact(
                        (agenda.nowNanos() - nanos) / Agenda.MILLI,
                        hears(id) ? 1 + (agenda.nowNanos() - sinceNanos.getOrDefault(id, nanos)) / Agenda.MILLI : 0)));
        return contacts;
    }
}
