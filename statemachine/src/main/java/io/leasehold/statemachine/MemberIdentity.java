package io.leasehold.statemachine;

/** Which member of which cluster; both ids are unsigned. */
public record MemberIdentity(long clusterId, long memberId) {}
