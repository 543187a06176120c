package io.leasehold.server.bootstrap;

import io.leasehold.server.bootstrap.Registry.Entry;
import io.leasehold.server.config.ServerConfig.InitialMember;
import io.leasehold.server.config.StartRefused;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code --discovery-endpoints}: the first members of a cluster find each other in a registry, by etcd's keys.
 *
 * <pre>
 *   /_etcd/registry/&lt;token&gt;/_config/size      how many there are to be; an operator has put it there
 *   /_etcd/registry/&lt;token&gt;/members/&lt;id&gt;      name=url,name=url, put there by each member itself
 * </pre>
 *
 * <p>Those that came first are the members; who comes later is told that the cluster is full. All members wait until the
 * last one has come.
 */
public final class RegistryDiscovery {
    private static final Logger LOGGER = LoggerFactory.getLogger(RegistryDiscovery.class);
    private static final String ROOT = "/_etcd/registry/";

    private final String clusterKey;
    private final Registry registry;
    private final Runnable pause;

    /**
     * A look into one registry.
     *
     * @param token names the cluster there
     * @param pause waits a while before the registry is asked again
     */
    public RegistryDiscovery(String token, Registry registry, Runnable pause) {
        this.clusterKey = ROOT + token;
        this.registry = registry;
        this.pause = pause;
    }

    /** A question that is asked until there is an answer. */
    @FunctionalInterface
    private interface Question<T> {
        T ask() throws IOException;
    }

    /**
     * Enters this member and waits for the others, for as long as it takes.
     *
     * @param memberId under which it is entered
     * @throws StartRefused when the registry knows no such cluster, or it is full
     */
    public List<InitialMember> members(InitialMember self, long memberId) {
        String selfKey = membersPrefix() + Long.toHexString(memberId);
        int size = size();
        refuseIfFull(answered(this::entered), size, selfKey);
        String entry =
                self.peerUrls().stream().map(url -> self.name() + "=" + url).collect(Collectors.joining(","));
        answered(() -> {
            registry.put(selfKey, entry);
            return true;
        });
        LOGGER.info("entered into the registry key={} value={}", selfKey, entry);
        int told = 0;
        while (true) {
            List<Entry> entries = answered(this::entered);
            refuseIfFull(entries, size, selfKey);
            if (entries.size() >= size) {
                List<InitialMember> found = parsed(entries.subList(0, size));
                LOGGER.info("found all members in the registry members={}", found);
                return found;
            }
            if (entries.size() != told) {
                told = entries.size();
                LOGGER.info("waiting for members to enter the registry found={} of={}", told, size);
            }
            pause.run();
        }
    }

    private String membersPrefix() {
        return clusterKey + "/members/";
    }

    private int size() {
        String text = answered(() -> registry.value(clusterKey + "/_config/size"))
                .orElseThrow(() -> new StartRefused("discovery: size key not found (" + clusterKey + "/_config/size)"));
        try {
            int size = Integer.parseInt(text.strip());
            if (size > 0) {
                return size;
            }
        } catch (NumberFormatException noNumber) {
            LOGGER.debug("a size that is no number", noNumber);
        }
        throw new StartRefused("discovery: size key is bad (" + clusterKey + "/_config/size is \"" + text + "\")");
    }

    /** The members that have entered themselves, those that came first in front. */
    private List<Entry> entered() throws IOException {
        return registry.entries(membersPrefix()).stream()
                .filter(entry -> entry.value().indexOf('=') > 0)
                .sorted(Comparator.comparingLong(Entry::createRevision))
                .toList();
    }

    private static void refuseIfFull(List<Entry> entries, int size, String selfKey) {
        boolean isFull = entries.size() >= size
                && entries.subList(0, size).stream()
                        .noneMatch(entry -> entry.key().equals(selfKey));
        if (isFull) {
            throw new StartRefused("discovery: cluster is full (all " + size + " members have entered)");
        }
    }

    private static List<InitialMember> parsed(List<Entry> entries) {
        Map<String, List<String>> urlsByName = new LinkedHashMap<>();
        for (Entry entry : entries) {
            for (String each : entry.value().strip().split(",", -1)) {
                int equals = each.indexOf('=');
                if (equals <= 0) {
                    throw new StartRefused("discovery: invalid peer URL (" + entry.key() + " is \"" + entry.value()
                            + "\", expected name=url)");
                }
                urlsByName
                        .computeIfAbsent(each.substring(0, equals), name -> new ArrayList<>())
                        .add(each.substring(equals + 1));
            }
        }
        return urlsByName.entrySet().stream()
                .map(each -> new InitialMember(each.getKey(), each.getValue()))
                .toList();
    }

    private <T> T answered(Question<T> question) {
        boolean told = false;
        while (true) {
            try {
                return question.ask();
            } catch (IOException away) {
                if (!told) {
                    told = true;
                    LOGGER.warn("the registry does not answer; asking again and again", away);
                }
                pause.run();
            }
        }
    }
}
