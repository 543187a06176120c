package io.leasehold.client.auth;

/** Whether authentication is on, and the revision of users and roles, which every change increases. */
public record AuthStatus(boolean enabled, long authRevision) {}
