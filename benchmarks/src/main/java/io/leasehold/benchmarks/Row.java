package io.leasehold.benchmarks;

import java.util.List;

/** One line of the table: a name and the load it stands for. */
record Row(String name, int connections, Load load) {
    /** Sets up the load over connections that are there already. */
    interface Load {
        Workload on(Connections connections, Requests requests);
    }

    /** Of 100 operations in the mixed row this many are gets; the others are puts. */
    private static final int MIXED_GETS_PERCENT = 80;

    private static final int PACED_PUTS_PER_SECOND = 30;

    static List<Row> all() {
        return List.of(
                put(1),
                put(32),
                put(256),
                range(1, false),
                range(32, false),
                range(256, false),
                range(32, true),
                range(256, true),
                unary("txn 32", 32, (requests, random) -> Requests.call(requests.txn(random))),
                unary("txn 256", 256, (requests, random) -> Requests.call(requests.txn(random))),
                unary(
                        "mixed 256",
                        256,
                        (requests, random) -> random.nextInt(100) < MIXED_GETS_PERCENT
                                ? Requests.call(requests.range(random, false))
                                : Requests.call(requests.put(random))),
                unary("grant 32", 32, (requests, random) -> Requests.grant()),
                unary("grant 256", 256, (requests, random) -> Requests.grant()),
                new Row("grant-put 256", 8, (connections, requests) -> new GrantPutLoad(connections, requests, 256)),
                new Row("keepalive 1", 1, (connections, requests) -> new KeepAliveLoad(connections, 1, 1, 1)),
                new Row("keepalive 1000", 10, (connections, requests) -> new KeepAliveLoad(connections, 1_000, 10, 16)),
                keepAlive(100_000),
                keepAlive(1_000_000),
                listing("list 1000", 1_000),
                listing("list 10000", 10_000),
                listing("count", 0),
                watch("watch 1", 1, 1),
                watch("watch 100", 100, 10),
                watch("watch 1000", 1_000, 10),
                new Row(
                        "watch-paced 1000",
                        10,
                        (connections, requests) ->
                                WatchLoad.openLoop(connections, requests, 1_000, 10, PACED_PUTS_PER_SECOND)),
                new Row("range-burst 32", 4, (connections, requests) -> new BurstLoad(connections, requests, 32)),
                new Row("idle", 1, (connections, requests) -> new IdleLoad()));
    }

    private static Row watch(String name, int watchers, int streams) {
        return new Row(
                name,
                Math.max(2, streams),
                (connections, requests) -> WatchLoad.closedLoop(connections, requests, watchers, streams, 16));
    }

    private interface Maker {
        UnaryLoad.Call<?, ?> next(Requests requests, java.util.SplittableRandom random);
    }

    private static Row keepAlive(int leases) {
        return new Row(
                "keepalive " + leases, 10, (connections, requests) -> new KeepAliveLoad(connections, leases, 10, 64));
    }

    /** The first {@code limit} of 100,000 keys, one request at a time; 0 only counts them. */
    private static Row listing(String name, int limit) {
        return new Row(name, 1, (connections, requests) -> {
            requests.fillForListing(connections);
            return new UnaryLoad(connections, 1, random -> Requests.call(Requests.list(limit)));
        });
    }

    private static Row put(int inFlight) {
        return unary("put " + inFlight, inFlight, (requests, random) -> Requests.call(requests.put(random)));
    }

    private static Row range(int inFlight, boolean serializable) {
        String name = (serializable ? "range-ser " : "range-lin ") + inFlight;
        return unary(name, inFlight, (requests, random) -> Requests.call(requests.range(random, serializable)));
    }

    private static Row unary(String name, int inFlight, Maker maker) {
        // Eight in flight on a connection: the generator's own cost stays flat and both servers see several sockets.
        int connections = Math.max(1, Math.min(8, inFlight / 8));
        return new Row(name, connections, (opened, requests) -> {
            requests.fill(opened.channel(0));
            return new UnaryLoad(opened, inFlight, random -> maker.next(requests, random));
        });
    }
}
