package io.leasehold.cli;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.Context;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/** Finds servers by the SRV records of a domain, by etcd's names for them. */
final class Discovery {
    private static final String SECURE = "etcd-client-ssl";
    private static final String INSECURE = "etcd-client";

    private Discovery() {}

    /**
     * The endpoints that a domain names, those with TLS first.
     *
     * @param name appended to the services' names, for several clusters in one domain; empty for none
     * @throws CtlException if there are none, or DNS cannot be asked
     */
    static List<String> endpoints(String domain, String name, boolean alsoInsecure) {
        String suffix = name.isEmpty() ? "" : "-" + name;
        List<String> found = new ArrayList<>(records(domain, SECURE + suffix, "https://"));
        if (alsoInsecure) {
            found.addAll(records(domain, INSECURE + suffix, "http://"));
        }
        if (found.isEmpty()) {
            throw new CtlException(
                    CtlException.Code.BAD_CONNECTION,
                    "--discovery-srv: " + domain + " has no SRV records _" + SECURE + suffix + "._tcp"
                            + (alsoInsecure ? " or _" + INSECURE + suffix + "._tcp" : ""));
        }
        return found;
    }

    // JNDI takes no other table; and of DNS it reads text only, there is nothing to deserialize.
    @SuppressWarnings({"JdkObsolete", "BanJNDI"})
    private static List<String> records(String domain, String service, String scheme) {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        List<String> endpoints = new ArrayList<>();
        try {
            InitialDirContext dns = new InitialDirContext(environment);
            Attribute records = dns.getAttributes("_" + service + "._tcp." + domain, new String[] {"SRV"})
                    .get("SRV");
            NamingEnumeration<?> all = records == null ? null : records.getAll();
            while (all != null && all.hasMore()) {
                endpoints.add(scheme + endpoint(String.valueOf(all.next())));
            }
            dns.close();
        } catch (NamingException nothingThere) {
            // Of two kinds of records one is usually missing; that both are is told by the caller.
        }
        return endpoints;
    }

    /** A record is {@code priority weight port host.}. */
    static String endpoint(String srvRecord) {
        String[] parts = srvRecord.split(" ", -1);
        return parts[3].replaceAll("\\.$", "") + ":" + parts[2];
    }
}
