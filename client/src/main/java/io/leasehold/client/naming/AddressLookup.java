package io.leasehold.client.naming;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns endpoints into addresses to connect to. Asks the machine's name service, and so may block. Any thread. */
final class AddressLookup {
    private static final Logger LOG = LoggerFactory.getLogger(AddressLookup.class);

    /** The machine's name service, or another one. */
    @FunctionalInterface
    interface Hosts {
        InetAddress[] find(String host) throws UnknownHostException;
    }

    private final int defaultPort;
    private final Hosts hosts;
    private final Map<String, List<InetAddress>> lastGood = new HashMap<>();
    private volatile boolean names;

    AddressLookup(int defaultPort, Hosts hosts) {
        this.defaultPort = defaultPort;
        this.hosts = hosts;
    }

    /** Whether the last lookup met names, which may mean something else later. */
    boolean hasNames() {
        return names;
    }

    /** A group for each distinct address, in the order of the keys. */
    synchronized List<EquivalentAddressGroup> groups(Map<String, Endpoint> endpoints) {
        List<EquivalentAddressGroup> groups = new ArrayList<>();
        Set<HostPort> seen = new HashSet<>();
        boolean anyName = false;
        for (Map.Entry<String, Endpoint> each : endpoints.entrySet()) {
            Optional<HostPort> address = HostPort.parse(each.getValue().address(), defaultPort);
            if (address.isEmpty()) {
                LOG.warn("not an address of a host and port, is left out key={}", each.getKey());
            } else if (seen.add(address.get())) {
                anyName |= address.get().isName();
                List<SocketAddress> found = resolved(address.get());
                if (!found.isEmpty()) {
                    groups.add(new EquivalentAddressGroup(
                            found,
                            Attributes.newBuilder()
                                    .set(EtcdAttributes.KEY, each.getKey())
                                    .set(
                                            EtcdAttributes.METADATA,
                                            each.getValue().metadata())
                                    .build()));
                }
            }
        }
        names = anyName;
        lastGood.keySet().retainAll(seen.stream().map(HostPort::host).toList());
        return groups;
    }

    private List<SocketAddress> resolved(HostPort address) {
        List<InetAddress> found;
        try {
            found = Arrays.asList(hosts.find(address.host()));
            lastGood.put(address.host(), found);
        } catch (UnknownHostException unknown) {
            LOG.warn("a name is not known, is used as before host={}", address.host());
            found = lastGood.getOrDefault(address.host(), List.of());
        }
        List<SocketAddress> addresses = new ArrayList<>();
        found.forEach(host -> addresses.add(new InetSocketAddress(host, address.port())));
        return addresses;
    }
}
