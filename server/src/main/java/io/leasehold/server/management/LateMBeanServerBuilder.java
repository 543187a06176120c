package io.leasehold.server.management;

import javax.management.MBeanServer;
import javax.management.MBeanServerBuilder;
import javax.management.MBeanServerDelegate;

/**
 * Makes the platform's MBean server begin its work when somebody first asks it something. The engine of the log registers
 * a bean at each start, and for that one bean nobody reads the JVM would describe all of its own, which takes a fifth of
 * the time to the first answer. Whoever attaches a console finds everything there.
 *
 * <p>The launcher names this class in {@code javax.management.builder.initial}; the JVM makes the only instance.
 */
public final class LateMBeanServerBuilder extends MBeanServerBuilder {
    /** For the JVM. */
    public LateMBeanServerBuilder() {}

    @Override
    public MBeanServer newMBeanServer(String defaultDomain, MBeanServer outer, MBeanServerDelegate delegate) {
        return LateMBeanServer.of(() -> super.newMBeanServer(defaultDomain, outer, delegate));
    }
}
