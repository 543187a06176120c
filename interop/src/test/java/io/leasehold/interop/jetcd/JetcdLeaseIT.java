package io.leasehold.interop.jetcd;

import io.leasehold.interop.RunningServer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;

final class JetcdLeaseIT extends LeaseFacts {
    @RegisterExtension
    @Order(1)
    static final RunningServer SERVER = new RunningServer();

    @RegisterExtension
    @Order(2)
    static final JetcdClient CLIENT = new JetcdClient(SERVER);

    @Override
    JetcdClient client() {
        return CLIENT;
    }
}
