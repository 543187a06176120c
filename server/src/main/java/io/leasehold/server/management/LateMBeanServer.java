package io.leasehold.server.management;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectInstance;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * An MBean server that only notes who registers and who leaves, until it is asked anything else: then it makes the real
 * one, hands over what it noted, and passes every call on. Any thread; one at a time until the real one is there.
 */
final class LateMBeanServer {
    private final Supplier<MBeanServer> making;
    private final Map<ObjectName, Object> noted = new LinkedHashMap<>();
    private volatile @Nullable MBeanServer real;

    private LateMBeanServer(Supplier<MBeanServer> making) {
        this.making = making;
    }

    /** A server that sleeps until it is asked something, and is then what {@code making} makes, once. */
    static MBeanServer of(Supplier<MBeanServer> making) {
        LateMBeanServer late = new LateMBeanServer(making);
        // The interface has three dozen methods that would all say the same.
        return (MBeanServer) Proxy.newProxyInstance(
                LateMBeanServer.class.getClassLoader(), new Class<?>[] {MBeanServer.class}, late::invoke);
    }

    /** One call of a method of {@link MBeanServer}; throws what that throws. */
    private @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        MBeanServer server = real;
        if (server == null) {
            synchronized (noted) {
                server = real;
                if (server == null && arguments != null && note(method.getName(), arguments)) {
                    return "registerMBean".equals(method.getName()) ? instance(arguments) : null;
                }
                if (server == null) {
                    server = wake();
                }
            }
        }
        try {
            return method.invoke(server, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    /** Whether the call could be answered from the notes alone. */
    private boolean note(String method, Object[] arguments) throws JMException {
        switch (method) {
            case "registerMBean" -> {
                // A name that the bean itself chooses when it is registered is for the real server.
                if (arguments[1] == null) {
                    return false;
                }
                if (noted.putIfAbsent((ObjectName) arguments[1], arguments[0]) != null) {
                    throw new InstanceAlreadyExistsException(arguments[1].toString());
                }
                return true;
            }
            case "unregisterMBean" -> {
                return noted.remove((ObjectName) arguments[0]) != null;
            }
            default -> {
                return false;
            }
        }
    }

    private static ObjectInstance instance(Object[] arguments) {
        return new ObjectInstance(
                (ObjectName) arguments[1], arguments[0].getClass().getName());
    }

    private MBeanServer wake() throws JMException {
        MBeanServer server = making.get();
        for (Map.Entry<ObjectName, Object> bean : noted.entrySet()) {
            server.registerMBean(bean.getValue(), bean.getKey());
        }
        noted.clear();
        real = server;
        return server;
    }
}
