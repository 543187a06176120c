package io.leasehold.statemachine;

import io.leasehold.lease.LeaseTable;

/**
 * What a manifest file holds.
 *
 * @param leases without their keys, which the store's live keys name
 */
record Manifest(ManifestHead head, LeaseTable leases) {}
