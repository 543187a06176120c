package io.leasehold.simulation.disk;

import java.util.Map;
import java.util.TreeMap;

/** A directory: its names as processes see them, and as a crash of the machine leaves them. */
final class MemoryDirectory implements MemoryNode {
    private final Map<String, MemoryNode> nodes = new TreeMap<>();
    private final Map<String, MemoryNode> durableNodes = new TreeMap<>();

    /** What lies in it, by name, as processes see it. */
    Map<String, MemoryNode> nodes() {
        return nodes;
    }

    /** What lies in it after a crash. */
    Map<String, MemoryNode> durableNodes() {
        return durableNodes;
    }

    /** The machine is gone: the names are what was durable, here and below. */
    void crash() {
        nodes.clear();
        nodes.putAll(durableNodes);
        for (MemoryNode node : nodes.values()) {
            if (node instanceof MemoryDirectory directory) {
                directory.crash();
            }
        }
    }
}
