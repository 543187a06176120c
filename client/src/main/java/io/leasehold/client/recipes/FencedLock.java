package io.leasehold.client.recipes;

import java.util.concurrent.locks.Lock;

/**
 * A lock of the cluster in the JDK's form: owned by a thread, re-entrant, fair, without conditions. {@code lock} and
 * {@code tryLock} throw {@code LeaseholdException} with kind {@code SESSION_LOST} when the session is lost, also to the thread
 * that had the lock and asks for it again; {@code unlock} of a lost lock does nothing.
 */
public interface FencedLock extends Lock {
    /** What the present thread holds; IllegalMonitorStateException if it holds nothing. */
    Hold hold();
}
