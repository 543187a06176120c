import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Tries features one after the other and prints "ok feature" or "FAIL feature: why" for each. */
final class Features {
    static final int CALL_LIMIT_SECONDS = 60;
    private static final long FEATURE_LIMIT_SECONDS = 120;

    private final Map<String, Feature> features = new LinkedHashMap<>();

    /** Something that the client can do. */
    interface Feature {
        void attempt() throws Exception;
    }

    /** A condition that comes true after a while. */
    interface Condition {
        boolean holds() throws Exception;
    }

    /** A client of the server that the environment names. */
    static Client connect() {
        return Client.builder().endpoints("http://" + System.getenv("ENDPOINT")).build();
    }

    Features add(String name, Feature feature) {
        features.put(name, feature);
        return this;
    }

    /** Ends the process: with 1 when a feature failed. */
    void run() {
        boolean failed = false;
        ExecutorService threads = Executors.newCachedThreadPool();
        for (Map.Entry<String, Feature> each : features.entrySet()) {
            try {
                threads.submit(() -> {
                            each.getValue().attempt();
                            return null;
                        })
                        .get(FEATURE_LIMIT_SECONDS, TimeUnit.SECONDS);
                System.out.println("ok " + each.getKey());
            } catch (Exception problem) {
                failed = true;
                System.out.println("FAIL " + each.getKey() + ": " + problem);
            }
        }
        System.exit(failed ? 1 : 0);
    }

    static <T> T answer(CompletableFuture<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(CALL_LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /** What the call was refused with. */
    static Throwable refusal(CompletableFuture<?> future) throws InterruptedException, TimeoutException {
        try {
            Object answer = future.get(CALL_LIMIT_SECONDS, TimeUnit.SECONDS);
            throw new IllegalStateException("expected a refusal, got " + answer);
        } catch (ExecutionException refused) {
            return refused.getCause();
        }
    }

    static void until(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(CALL_LIMIT_SECONDS);
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("not within " + CALL_LIMIT_SECONDS + " s: " + what);
            }
            Thread.sleep(20);
        }
    }

    static void expect(String what, Object wanted, Object seen) {
        if (!Objects.equals(wanted, seen)) {
            throw new IllegalStateException(what + ": expected " + wanted + ", got " + seen);
        }
    }

    static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    static String text(ByteSequence bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
