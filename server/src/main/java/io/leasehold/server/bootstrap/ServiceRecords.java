package io.leasehold.server.bootstrap;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.Context;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/** Looks up SRV records. */
@FunctionalInterface
public interface ServiceRecords {

    /**
     * One record.
     *
     * @param host without the dot at its end
     */
    record Target(String host, int port) {}

    /**
     * What {@code _service._tcp.domain} leads to, those with the smallest priority first.
     *
     * @throws NamingException when there are none, or DNS cannot be asked
     */
    List<Target> lookUp(String service, String domain) throws NamingException;

    /** Asks the name servers of the system. */
    static ServiceRecords ofTheSystem() {
        return at("dns:");
    }

    /** Asks one name server: {@code dns://host:port}. */
    // JNDI takes no other table; and of DNS it reads text only, there is nothing to deserialize.
    @SuppressWarnings({"JdkObsolete", "BanJNDI"})
    static ServiceRecords at(String nameServerUrl) {
        return (service, domain) -> {
            Hashtable<String, String> environment = new Hashtable<>();
            environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
            environment.put(Context.PROVIDER_URL, nameServerUrl);
            InitialDirContext dns = new InitialDirContext(environment);
            try {
                Attribute records = dns.getAttributes("_" + service + "._tcp." + domain, new String[] {"SRV"})
                        .get("SRV");
                List<String> texts = new ArrayList<>();
                NamingEnumeration<?> all = records == null ? null : records.getAll();
                while (all != null && all.hasMore()) {
                    texts.add(String.valueOf(all.next()));
                }
                return texts.stream().map(ServiceRecords::parse).toList();
            } finally {
                dns.close();
            }
        };
    }

    /** A record is {@code priority weight port host.}. */
    private static Target parse(String record) {
        String[] parts = record.split(" ", -1);
        return new Target(parts[3].replaceAll("\\.$", ""), Integer.parseInt(parts[2]));
    }
}
