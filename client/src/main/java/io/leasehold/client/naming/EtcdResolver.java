package io.leasehold.client.naming;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import io.grpc.SynchronizationContext.ScheduledHandle;
import io.leasehold.client.watch.Follower;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the endpoints of a service for one channel. Once a list has been told, errors no longer are: a registry that fails
 * must not take down what runs.
 *
 * <p>All state belongs to the channel's synchronization context.
 */
final class EtcdResolver extends NameResolver {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdResolver.class);

    /** Changes that come together are told together. */
    private static final long COALESCE_MILLIS = 50;

    /** How long an empty list is held back after one that was not: a registry may just be restarting. */
    private static final long EMPTY_GRACE_MILLIS = 2_000;

    /** After this without a list the channel is told, so that calls that do not wait for ready can fail. */
    private static final long FIRST_LIST_MILLIS = 2_000;

    /** Names are looked up again so often; a refresh at most once in a second. */
    private static final long LOOK_UP_MILLIS = 30_000;

    private static final long REFRESH_MILLIS = 1_000;
    private static final long FOLLOW_AGAIN_MILLIS = 5_000;

    private final EndpointManager endpoints;
    private final Args args;
    private final SynchronizationContext context;
    private final AddressLookup lookup;
    private final Map<String, Endpoint> known = new TreeMap<>();
    private @Nullable Listener2 listener;
    private @Nullable Follower follower;
    private @Nullable ScheduledHandle planned;
    private @Nullable ScheduledHandle lookUpAgain;
    private boolean listed;
    private boolean addressesTold;
    private boolean emptyPlanned;
    private boolean refreshPlanned;
    private boolean shut;
    private long lookups;

    EtcdResolver(EndpointManager endpoints, Args args) {
        this(endpoints, args, InetAddress::getAllByName);
    }

    EtcdResolver(EndpointManager endpoints, Args args, AddressLookup.Hosts hosts) {
        this.endpoints = endpoints;
        this.args = args;
        this.context = args.getSynchronizationContext();
        this.lookup = new AddressLookup(args.getDefaultPort(), hosts);
    }

    @Override
    public String getServiceAuthority() {
        String service = endpoints.service();
        return URLEncoder.encode(service.substring(service.lastIndexOf('/') + 1), StandardCharsets.UTF_8);
    }

    @Override
    public void start(Listener2 channel) {
        listener = channel;
        follow();
        later(FIRST_LIST_MILLIS, () -> {
            if (!listed) {
                tell(StatusOr.fromStatus(
                        Status.UNAVAILABLE.withDescription("no answer yet to where " + endpoints.service() + " is")));
            }
        });
    }

    private void follow() {
        if (!shut) {
            follower = endpoints.watch(new Changes());
        }
    }

    private ScheduledHandle later(long millis, Runnable task) {
        return context.schedule(
                () -> {
                    if (!shut) {
                        task.run();
                    }
                },
                millis,
                TimeUnit.MILLISECONDS,
                args.getScheduledExecutorService());
    }

    /** What is known has changed. */
    private void plan() {
        if (known.isEmpty() && addressesTold) {
            emptyPlanned = true;
            replan(EMPTY_GRACE_MILLIS);
        } else if (!addressesTold) {
            replan(0);
        } else if (emptyPlanned || planned == null || !planned.isPending()) {
            emptyPlanned = false;
            replan(COALESCE_MILLIS);
        }
    }

    private void replan(long millis) {
        if (planned != null) {
            planned.cancel();
        }
        planned = later(millis, this::resolve);
    }

    private void resolve() {
        long number = ++lookups;
        if (known.isEmpty()) {
            addressesTold = false;
            tell(StatusOr.fromStatus(
                    Status.UNAVAILABLE.withDescription("no endpoints registered for " + endpoints.service())));
            return;
        }
        Map<String, Endpoint> wanted = new TreeMap<>(known);
        Executor blocking = args.getOffloadExecutor();
        Runnable task = () -> {
            List<EquivalentAddressGroup> groups = lookup.groups(wanted);
            context.execute(() -> resolved(number, groups));
        };
        if (blocking == null) {
            task.run();
        } else {
            blocking.execute(task);
        }
    }

    private void resolved(long number, List<EquivalentAddressGroup> groups) {
        if (shut || number != lookups) {
            return;
        }
        if (!groups.isEmpty()) {
            addressesTold = true;
            tell(StatusOr.fromValue(groups));
        } else if (!addressesTold) {
            tell(StatusOr.fromStatus(Status.UNAVAILABLE.withDescription(
                    "no endpoint of " + endpoints.service() + " has an address that can be used")));
        }
        if (lookUpAgain != null) {
            lookUpAgain.cancel();
        }
        if (lookup.hasNames()) {
            lookUpAgain = later(LOOK_UP_MILLIS, this::resolve);
        }
    }

    private void tell(StatusOr<List<EquivalentAddressGroup>> addresses) {
        Status taken = Objects.requireNonNull(listener, "not started")
                .onResult2(ResolutionResult.newBuilder()
                        .setAddressesOrError(addresses)
                        .build());
        if (!taken.isOk()) {
            LOG.debug("the channel does not take what was resolved service={} why={}", endpoints.service(), taken);
        }
    }

    /** The list itself needs no refresh, as it is watched; names may have moved. */
    @Override
    public void refresh() {
        if (lookup.hasNames() && !refreshPlanned) {
            refreshPlanned = true;
            later(REFRESH_MILLIS, () -> {
                refreshPlanned = false;
                resolve();
            });
        }
    }

    @Override
    public void shutdown() {
        shut = true;
        if (follower != null) {
            follower.close();
        }
        if (planned != null) {
            planned.cancel();
        }
        if (lookUpAgain != null) {
            lookUpAgain.cancel();
        }
    }

    /** Brings what is told of the endpoints into the channel's context. */
    private final class Changes implements EndpointListener {
        @Override
        public void onSnapshot(Map<String, Endpoint> all, long revision) {
            context.execute(() -> {
                listed = true;
                known.clear();
                known.putAll(all);
                plan();
            });
        }

        @Override
        public void onChange(List<EndpointChange> changes, long revision) {
            context.execute(() -> {
                for (EndpointChange change : changes) {
                    if (change instanceof EndpointChange.Add add) {
                        known.put(add.key(), add.endpoint());
                    } else {
                        known.remove(change.key());
                    }
                }
                plan();
            });
        }

        @Override
        public void onEnded(String why) {
            context.execute(() -> {
                if (!shut) {
                    LOG.warn("service cannot be followed, is tried again service={} why={}", endpoints.service(), why);
                    if (!addressesTold) {
                        tell(StatusOr.fromStatus(Status.UNAVAILABLE.withDescription(why)));
                    }
                    later(FOLLOW_AGAIN_MILLIS, EtcdResolver.this::follow);
                }
            });
        }
    }
}
