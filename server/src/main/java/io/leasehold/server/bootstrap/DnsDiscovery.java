package io.leasehold.server.bootstrap;

import io.leasehold.server.bootstrap.ServiceRecords.Target;
import io.leasehold.server.config.ServerConfig.InitialMember;
import io.leasehold.server.config.StartRefused;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.NamingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code --discovery-srv}: the first members of a cluster are those that a domain's SRV records name, by etcd's names for
 * them. Which of the records is this member's is told by its advertised URLs, which must lead to the same address and port.
 */
public final class DnsDiscovery {
    private static final Logger LOGGER = LoggerFactory.getLogger(DnsDiscovery.class);
    private static final String SECURE = "etcd-server-ssl";
    private static final String PLAIN = "etcd-server";

    private final String domain;
    private final String suffix;
    private final ServiceRecords records;

    /**
     * A look at one domain.
     *
     * @param name appended to the services' names, for several clusters in one domain; empty for none
     */
    public DnsDiscovery(String domain, String name, ServiceRecords records) {
        this.domain = domain;
        this.suffix = name.isEmpty() ? "" : "-" + name;
        this.records = records;
    }

    /**
     * The members that the domain names, those with TLS first; this one under its name, the others under numbers, for nobody
     * knows their names yet.
     *
     * @param advertised URLs of this member
     * @throws StartRefused when there are none, or this member is not among them
     */
    public List<InitialMember> members(String self, List<String> advertised) {
        List<String> problems = new ArrayList<>();
        List<InitialMember> found = new ArrayList<>(ask(SECURE + suffix, "https", self, advertised, problems));
        found.addAll(ask(PLAIN + suffix, "http", self, advertised, problems));
        if (found.isEmpty()) {
            throw new StartRefused("--discovery-srv: " + String.join("; ", problems));
        }
        if (found.stream().noneMatch(member -> member.name().equals(self))) {
            throw new StartRefused("cannot find local etcd member \"" + self + "\" in SRV records"
                    + " (--initial-advertise-peer-urls=" + String.join(",", advertised) + ", found "
                    + found.stream()
                            .flatMap(member -> member.peerUrls().stream())
                            .collect(Collectors.joining(","))
                    + (problems.isEmpty() ? "" : "; " + String.join("; ", problems)) + ")");
        }
        return withOneSelf(found, self);
    }

    /** A member that advertises several URLs may have several records. */
    private static List<InitialMember> withOneSelf(List<InitialMember> found, String self) {
        List<String> own = found.stream()
                .filter(member -> member.name().equals(self))
                .flatMap(member -> member.peerUrls().stream())
                .toList();
        List<InitialMember> members = new ArrayList<>(found);
        members.removeIf(member -> member.name().equals(self));
        members.add(new InitialMember(self, own));
        return members;
    }

    private List<InitialMember> ask(
            String service, String scheme, String self, List<String> advertised, List<String> problems) {
        List<Target> targets;
        try {
            targets = records.lookUp(service, domain);
        } catch (NamingException nothing) {
            problems.add("error querying DNS SRV records for _" + service + ": " + nothing.getMessage());
            return List.of();
        }
        Set<String> own = advertised.stream()
                .flatMap(url -> PeerUrls.address(url).stream())
                .collect(Collectors.toSet());
        List<InitialMember> found = new ArrayList<>();
        int unnamed = 0;
        for (Target target : targets) {
            String url = scheme + "://" + target.host() + ":" + target.port();
            String address = PeerUrls.address(url).orElse("");
            if (address.isEmpty()) {
                problems.add(target.host() + " of _" + service + " has no address");
            } else if (!own.contains(address)) {
                found.add(new InitialMember(Integer.toString(unnamed++), List.of(url)));
            } else if (advertised.stream().noneMatch(each -> each.startsWith(scheme + "://"))) {
                problems.add("bootstrap at " + url + " from DNS for " + service
                        + " has scheme mismatch with expected peer " + String.join(",", advertised));
            } else {
                found.add(new InitialMember(self, List.of(url)));
            }
        }
        found.forEach(member -> LOGGER.info(
                "got bootstrap from DNS for etcd-server node={}={}",
                member.name(),
                member.peerUrls().getFirst()));
        return found;
    }
}
