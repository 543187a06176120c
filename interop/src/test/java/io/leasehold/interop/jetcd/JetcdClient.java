package io.leasehold.interop.jetcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Election;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.Lease;
import io.etcd.jetcd.Lock;
import io.etcd.jetcd.Watch;
import io.leasehold.interop.RunningServer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One client of jetcd's interfaces for the tests of a class; as an extension jetcd itself, on the server registered before. */
final class JetcdClient implements BeforeAllCallback, AfterAllCallback {
    private static final long ANSWER_LIMIT_SECONDS = 60;

    private final @Nullable RunningServer server;
    private @Nullable Client client;

    JetcdClient(RunningServer server) {
        this.server = server;
    }

    /** One that is connected already. */
    JetcdClient(Client client) {
        this.server = null;
        this.client = client;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        client = Client.builder()
                .endpoints("http://" + Objects.requireNonNull(server).endpoint())
                .build();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (client != null) {
            client.close();
        }
    }

    KV kv() {
        return connected().getKVClient();
    }

    Lease lease() {
        return connected().getLeaseClient();
    }

    Watch watch() {
        return connected().getWatchClient();
    }

    Lock lock() {
        return connected().getLockClient();
    }

    Election election() {
        return connected().getElectionClient();
    }

    /** The answer, or the exception that the client reports. */
    static <T> T answer(CompletableFuture<T> future) {
        try {
            return future.get(ANSWER_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException refusal) {
                throw refusal;
            }
            throw new AssertionError(failed);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer after " + ANSWER_LIMIT_SECONDS + " s", e);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }

    static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    static String text(ByteSequence bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private Client connected() {
        if (client == null) {
            throw new IllegalStateException("not connected");
        }
        return client;
    }
}
