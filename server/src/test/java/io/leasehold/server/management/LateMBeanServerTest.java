package io.leasehold.server.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class LateMBeanServerTest {
    private final AtomicInteger made = new AtomicInteger();
    private final MBeanServer server = LateMBeanServer.of(() -> {
        made.incrementAndGet();
        return MBeanServerFactory.newMBeanServer();
    });

    /** A bean with one attribute. */
    public interface AnswerMBean {
        int getAnswer();
    }

    /** The same, answered. */
    public static final class Answer implements AnswerMBean {
        @Override
        public int getAnswer() {
            return 42;
        }
    }

    @Test
    void registering_and_leaving_wake_nobody() throws JMException {
        assertThat(server.registerMBean(new Answer(), name("a")).getObjectName())
                .isEqualTo(name("a"));
        server.unregisterMBean(name("a"));

        assertThat(made).hasValue(0);
    }

    @Test
    void the_first_question_finds_what_was_registered_and_not_what_left() throws JMException {
        server.registerMBean(new Answer(), name("a"));
        server.registerMBean(new Answer(), name("b"));
        server.unregisterMBean(name("b"));

        assertThat(server.getAttribute(name("a"), "Answer")).isEqualTo(42);
        assertThat(server.isRegistered(name("b"))).isFalse();
        assertThat(made).hasValue(1);
    }

    @Test
    void a_name_is_given_once_awake_or_not() throws JMException {
        server.registerMBean(new Answer(), name("a"));

        assertThatThrownBy(() -> server.registerMBean(new Answer(), name("a")))
                .isInstanceOf(InstanceAlreadyExistsException.class);
        assertThat(server.getMBeanCount()).isPositive();
        assertThatThrownBy(() -> server.registerMBean(new Answer(), name("a")))
                .isInstanceOf(InstanceAlreadyExistsException.class);
    }

    @Test
    void who_is_not_there_cannot_leave() {
        assertThatThrownBy(() -> server.unregisterMBean(name("nobody"))).isInstanceOf(InstanceNotFoundException.class);
    }

    private static ObjectName name(String key) throws JMException {
        return new ObjectName("test:name=" + key);
    }
}
