package io.leasehold.server.auth;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hashes passwords with bcrypt, which is slow on purpose, on a thread of its own and never on a caller's. Any thread.
 *
 * <p>A password that was found right is remembered by a keyed digest for as long as the process lives, so that a thousand
 * clients of one user that come back together do not wait for a thousand times bcrypt. The key is chance and leaves the
 * process nowhere.
 */
public final class Passwords implements AutoCloseable {
    /** What bcrypt can take; more is refused rather than cut off. */
    public static final int PASSWORD_BYTES_MAX = 72;

    /** One thread: hashing must not take all processors from serving. */
    private static final int THREADS = 1;

    /** At the default cost some minute's work; who comes then is told to come later. */
    private static final int WAITING_LIMIT = 1_000;

    private static final int REMEMBERED_LIMIT = 10_000;

    private static final String DIGEST = "HmacSHA256";

    /** Version, cost, 22 characters of salt and 31 of hash. A client may have sent something else as a hash. */
    private static final Pattern HASH = Pattern.compile("\\$2[abxy]\\$\\d\\d\\$[./A-Za-z0-9]{53}");

    private final int cost;
    private final ThreadPoolExecutor thread;
    private final SecretKeySpec digestKey;
    /** A hash that no password has, of the usual cost. */
    private final String nobodysHash;

    private final Map<ByteSequence, Boolean> verified = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteSequence, Boolean> eldest) {
            return size() > REMEMBERED_LIMIT;
        }
    });

    /** Hashes with 2^cost rounds; 4 to 31. */
    public Passwords(int cost) {
        this.cost = cost;
        this.thread = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(WAITING_LIMIT),
                Thread.ofPlatform()
                        .name("leasehold-password")
                        .daemon()
                        .priority(Thread.MIN_PRIORITY)
                        .factory());
        thread.allowCoreThreadTimeOut(true);
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        this.digestKey = new SecretKeySpec(key, DIGEST);
        // Salt and hash of full length; verifying against it takes as long as against a real one.
        this.nobodysHash = "$2a$" + (cost < 10 ? "0" : "") + cost + "$" + ".".repeat(53);
    }

    /** Hashes a password. */
    public void hash(String password, Executor executor, Consumer<String> listener, Consumer<ErrorCode> refused) {
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > PASSWORD_BYTES_MAX) {
            refused.accept(ErrorCode.PASSWORD_TOO_LONG);
            return;
        }
        run(
                () -> {
                    byte[] hash = BCrypt.withDefaults().hash(cost, bytes);
                    String text = new String(hash, StandardCharsets.US_ASCII);
                    executor.execute(() -> listener.accept(text));
                },
                refused);
    }

    /** Tells whether the password is the one that the hash is of; the listener may be called at once. */
    public void verify(
            String password, String hash, Executor executor, Consumer<Boolean> listener, Consumer<ErrorCode> refused) {
        ByteSequence digest = digest(password, hash);
        if (verified.containsKey(digest)) {
            listener.accept(true);
            return;
        }
        run(
                () -> {
                    boolean right = matches(password, hash);
                    if (right) {
                        verified.put(digest, true);
                    }
                    executor.execute(() -> listener.accept(right));
                },
                refused);
    }

    /** Says no, as late as to a user who exists: the time must not tell who does. */
    public void verifyNobody(
            String password, Executor executor, Consumer<Boolean> listener, Consumer<ErrorCode> refused) {
        run(
                () -> {
                    matches(password, nobodysHash);
                    executor.execute(() -> listener.accept(false));
                },
                refused);
    }

    /** Lets nobody wait any longer. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    private static boolean matches(String password, String hash) {
        if (!HASH.matcher(hash).matches()) {
            return false;
        }
        // As etcd does, so that hashes made elsewhere of longer passwords are recognised.
        BCrypt.Version version = BCrypt.Version.VERSION_2A;
        return BCrypt.verifyer(version, LongPasswordStrategies.truncate(version))
                .verify(password.getBytes(StandardCharsets.UTF_8), hash.getBytes(StandardCharsets.UTF_8))
                .verified;
    }

    private void run(Runnable task, Consumer<ErrorCode> refused) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException full) {
            refused.accept(ErrorCode.TOO_MANY_REQUESTS);
        }
    }

    private ByteSequence digest(String password, String hash) {
        try {
            Mac mac = Mac.getInstance(DIGEST);
            mac.init(digestKey);
            // A hash has no zero byte: what is before it cannot be mistaken for what is behind it.
            mac.update((hash + "\0" + password).getBytes(StandardCharsets.UTF_8));
            return ByteSequence.wrap(mac.doFinal());
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException("every Java platform has " + DIGEST, impossible);
        }
    }
}
