package io.leasehold.simulation.disk;

/** What a name on a {@link MemoryDisk} leads to. */
sealed interface MemoryNode permits MemoryFile, MemoryDirectory {}
