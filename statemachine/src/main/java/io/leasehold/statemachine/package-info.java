/**
 * What the log does: commands become outcomes, deterministically, and the state they leave becomes durable.
 *
 * <pre>
 *   request ──RequestValidator, Requests──► Command ──EntryCodec──► log entry
 *
 *   log entry ──EntryCodec──► StateMachine ──┬─ KeyChanges ────► mvcc  (keys)
 *                                  │         ├─ LeaseChanges ──► lease (table), and mvcc for the keys of leases
 *                                  │         └─ AlarmTable, MemberTable
 *                                  └─ PendingCheckpoint ──► ManifestDirectory
 * </pre>
 *
 * Knows no thread, no clock and no network. Reads need no command: {@link io.leasehold.statemachine.RangeEvaluator} and
 * {@link io.leasehold.statemachine.ReadOnlyTxn} answer them from a snapshot.
 */
@NullMarked
package io.leasehold.statemachine;

import org.jspecify.annotations.NullMarked;
