package io.leasehold.cli.local;

/**
 * A member as it is remembered from one {@code up} to the next.
 *
 * @param clientPort where clients reach it; the other members reach it one port higher
 * @param founder whether it was there from the start, instead of having been added
 */
record MemberSpec(String name, int clientPort, boolean founder) {
    int peerPort() {
        return clientPort + 1;
    }

    String clientUrl(boolean secure) {
        return url(clientPort, secure);
    }

    String peerUrl(boolean secure) {
        return url(peerPort(), secure);
    }

    private static String url(int port, boolean secure) {
        return (secure ? "https" : "http") + "://127.0.0.1:" + port;
    }
}
