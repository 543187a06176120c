package io.leasehold.raft.ratis;

import io.leasehold.raft.PeerNetwork;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.jspecify.annotations.Nullable;

/**
 * The network between members on the peer port: one stream of messages from each member to each other one, beside the
 * engine's own calls. It knows who is heard by the messages that come, and says something itself at every tick so that a
 * member without anything to say is heard too.
 *
 * <p>{@link #tick}, {@link #connect} and {@link #close} have one owner, the leader watch; the rest is for any thread.
 */
final class PeerStreams implements PeerNetwork {

    /** About the time between two ticks. */
    static final int TICK_MILLIS = 100;

    private static final PeerListener DEAF = (from, message) -> {};

    /** When another member was heard, in ticks; written by the threads of the network. */
    private static final class Heard {
        volatile long firstTick;
        volatile long lastTick;
        volatile boolean now;
    }

    private final UUID groupId;
    private final long memberId;
    private final int silentTicksMax;
    private final Function<Long, ManagedChannel> channels;
    private final Map<Topic, PeerListener> listeners = new EnumMap<>(Topic.class);
    private final Map<Long, PeerStream> streams = new ConcurrentHashMap<>();
    private final Map<Long, Heard> heard = new ConcurrentHashMap<>();
    private final PeerTraffic traffic = new PeerTraffic();
    private final RoundTrips roundTrips = new RoundTrips();
    private volatile long ticks;
    private volatile boolean closed;

    /**
     * A network that is not connected to anybody.
     *
     * @param groupId the log's identity; messages of others are refused
     * @param memberId this member
     * @param silenceMillis after a silence of this length a member counts as not connected
     * @param channels makes a channel to a member
     */
    PeerStreams(UUID groupId, long memberId, int silenceMillis, Function<Long, ManagedChannel> channels) {
        this.groupId = groupId;
        this.memberId = memberId;
        this.silentTicksMax = Math.max(5, silenceMillis / TICK_MILLIS);
        this.channels = channels;
    }

    /** Where everybody counts who speaks with other members. */
    PeerTraffic counters() {
        return traffic;
    }

    @Override
    public Map<Long, Traffic> traffic() {
        return traffic.all();
    }

    @Override
    public void timeRoundTrips(RoundTripListener listener) {
        roundTrips.tell(listener);
    }

    @Override
    public long lateHeartbeats() {
        return traffic.lateHeartbeats();
    }

    UUID groupId() {
        return groupId;
    }

    long memberId() {
        return memberId;
    }

    @Override
    public boolean send(long to, byte[] message) {
        PeerStream stream = streams.get(to);
        if (stream == null || !stream.send(message)) {
            return false;
        }
        traffic.sent(to, message.length);
        return true;
    }

    @Override
    public void listen(Topic topic, PeerListener listener) {
        synchronized (listeners) {
            listeners.put(topic, listener);
        }
    }

    @Override
    public Map<Long, Contact> contacts() {
        Map<Long, Contact> contacts = new HashMap<>();
        long now = ticks;
        streams.keySet().forEach(id -> contacts.put(id, contact(heard.get(id), now)));
        return contacts;
    }

    private static Contact contact(@Nullable Heard peer, long now) {
        if (peer == null) {
            return Contact.NONE;
        }
        long silentMillis = (now - peer.lastTick) * TICK_MILLIS;
        long connectedMillis = peer.now ? Math.max(1, (now - peer.firstTick) * TICK_MILLIS) : 0;
        return new Contact(silentMillis, connectedMillis);
    }

    /** Takes in a message from another member. */
    void received(long from, byte[] message) {
        traffic.received(from, message.length);
        Heard peer = heard.computeIfAbsent(from, id -> new Heard());
        peer.lastTick = ticks;
        if (!peer.now) {
            peer.firstTick = ticks;
            peer.now = true;
        }
        Topic.of(message).ifPresent(topic -> {
            if (topic == Topic.LIFE) {
                answer(from, message);
            } else {
                listener(topic).received(from, ByteBuffer.wrap(message).position(1));
            }
        });
    }

    private void answer(long from, byte[] sign) {
        byte[] answer = roundTrips.received(from, sign);
        if (answer != null) {
            send(from, answer);
        }
    }

    private PeerListener listener(Topic topic) {
        synchronized (listeners) {
            return listeners.getOrDefault(topic, DEAF);
        }
    }

    /** Keeps streams to exactly these members. */
    void connect(Set<Long> memberIds) {
        Set<Long> wanted = new HashSet<>(memberIds);
        wanted.remove(memberId);
        for (long gone : Set.copyOf(streams.keySet())) {
            if (!wanted.contains(gone)) {
                PeerStream stream = streams.remove(gone);
                heard.remove(gone);
                if (stream != null) {
                    stream.close();
                }
            }
        }
        for (long id : wanted) {
            if (!streams.containsKey(id) && !closed) {
                streams.put(id, new PeerStream(id, headers(id), channels.apply(id)));
            }
        }
    }

    /** One step of time. */
    void tick() {
        long now = ticks + 1;
        ticks = now;
        streams.forEach((id, stream) -> {
            Heard peer = heard.get(id);
            if (peer != null && peer.now && now - peer.lastTick > silentTicksMax) {
                peer.now = false;
                // Its side of the connection may be gone without a word.
                stream.reset();
            }
            stream.tick();
            send(id, RoundTrips.signOfLife(now));
        });
    }

    void close() {
        closed = true;
        streams.values().forEach(PeerStream::close);
        streams.clear();
    }

    private Metadata headers(long to) {
        Metadata headers = new Metadata();
        headers.put(PeerStreamMethod.GROUP, groupId.toString());
        headers.put(PeerStreamMethod.FROM, HexFormat.of().toHexDigits(memberId));
        headers.put(PeerStreamMethod.TO, HexFormat.of().toHexDigits(to));
        return headers;
    }
}
