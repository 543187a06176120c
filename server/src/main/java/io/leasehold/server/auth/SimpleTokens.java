package io.leasehold.server.auth;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.server.loop.Ticker;
import io.leasehold.statemachine.Proposal;
import io.leasehold.statemachine.TokenChange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;

/**
 * Etcd's simple tokens: chance letters that mean something only to members that were told so by the log. Each member keeps
 * them in memory and forgets those that nobody uses; the log and this table hold digests, so that neither lets its reader
 * in. Any thread; the log's news come on one.
 */
public final class SimpleTokens implements Tokens {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /** 16 of 52 letters are 91 bits. */
    private static final int TOKEN_LETTERS = 16;

    private static final Pattern FORM = Pattern.compile("[A-Za-z]{" + TOKEN_LETTERS + "}\\.\\d{1,20}");

    /** What is expired is looked for when this many tokens have come since the last look. */
    private static final int ASSIGNED_BETWEEN_SWEEPS = 1_000;

    private final Ticker ticker;
    private final long ttlNanos;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentMap<ByteSequence, Session> sessionOfDigest = new ConcurrentHashMap<>();
    /** Log's thread only. */
    private int assignedSinceSweep;

    private static final class Session {
        final String userName;
        volatile long deadlineNanos;

        Session(String userName, long deadlineNanos) {
            this.userName = userName;
            this.deadlineNanos = deadlineNanos;
        }

        boolean isOver(long nowNanos) {
            return deadlineNanos - nowNanos <= 0;
        }
    }

    /** Tokens that are good for {@code ttl} after each use. */
    public SimpleTokens(Duration ttl, Ticker ticker) {
        this.ticker = ticker;
        this.ttlNanos = ttl.toNanos();
    }

    /** A new token, of etcd's form: letters, and an index of the log at which it was not known yet. */
    public String generate(long appliedIndex) {
        StringBuilder token = new StringBuilder();
        for (int i = 0; i < TOKEN_LETTERS; i++) {
            token.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return token.append('.').append(appliedIndex).toString();
    }

    /** What the log says instead of the token. */
    public static ByteSequence digest(String token) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return ByteSequence.wrap(sha256.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** Takes the log's news. */
    public void changed(List<TokenChange> changes) {
        for (TokenChange change : changes) {
            switch (change) {
                case TokenChange.Assigned assigned -> {
                    sweepNowAndThen();
                    sessionOfDigest.put(
                            assigned.tokenDigest(), new Session(assigned.userName(), ticker.nanos() + ttlNanos));
                }
                case TokenChange.UserDropped dropped ->
                    sessionOfDigest.values().removeIf(session -> session.userName.equals(dropped.userName()));
                case TokenChange.AllDropped dropped -> sessionOfDigest.clear();
            }
        }
    }

    @Override
    public Optional<Proposal.Identity> identity(String token, long authRevision) {
        ByteSequence digest = digest(token);
        Session session = sessionOfDigest.get(digest);
        if (session == null) {
            return Optional.empty();
        }
        long nowNanos = ticker.nanos();
        if (session.isOver(nowNanos)) {
            sessionOfDigest.remove(digest, session);
            return Optional.empty();
        }
        session.deadlineNanos = nowNanos + ttlNanos;
        return Optional.of(new Proposal.Identity(session.userName, authRevision));
    }

    @Override
    public boolean mayBecomeKnown(String token) {
        return FORM.matcher(token).matches();
    }

    /** Tokens kept, for tests. */
    int size() {
        return sessionOfDigest.size();
    }

    private void sweepNowAndThen() {
        assignedSinceSweep++;
        if (assignedSinceSweep >= ASSIGNED_BETWEEN_SWEEPS) {
            assignedSinceSweep = 0;
            long nowNanos = ticker.nanos();
            sessionOfDigest.values().removeIf(session -> session.isOver(nowNanos));
        }
    }
}
