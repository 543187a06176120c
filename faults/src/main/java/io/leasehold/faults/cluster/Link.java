package io.leasehold.faults.cluster;

/** One direction between two members. */
public record Link(String from, String to) {}
