package io.leasehold.raft.ratis;

import static java.util.concurrent.TimeUnit.DAYS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Turns our settings into the engine's: each line that differs from its default says why. */
final class EngineProperties {

    /** The entry around a payload: term, index, client and call id, and the lengths; under 100 bytes, rounded up. */
    static final int ENTRY_OVERHEAD_BYTES = 1 << 10;

    private static final int MEBIBYTE = 1 << 20;
    /** Every start reads all segments and a purge takes whole ones only, so they are kept small. */
    private static final int SEGMENT_BYTES_MIN = 8 * MEBIBYTE;
    /** A segment that is not filled costs this much disk. */
    private static final int PREALLOCATED_BYTES = MEBIBYTE;
    /** Closed segments whose entries stay in memory for members that lag behind. */
    private static final int CACHED_SEGMENTS_MAX = 2;
    /** Enough to answer a repeated call of ours, of which there are none; each entry of that time stays in memory. */
    private static final int RETRY_CACHE_MILLIS = 2_000;
    /** A member that was away for less than this many entries catches up from the log alone. */
    private static final long PRESERVED_ENTRIES = 20_000;
    /** Threads per pool of the peer port: a few peers with one stream each. */
    private static final int PEER_THREADS = 2;
    /** Waiting for longer when a peer is unreachable only delays its return. */
    private static final String APPENDER_RETRY_POLICY = "10ms,20, 200ms,1000000";

    /**
     * Of the election timeout. A member that heard its leader within the shorter one grants nobody a vote, so it is below the
     * shortest {@link Patience} by more than a heartbeat. A leader that a majority has not answered for the longer one steps
     * down. The engine's own timer, which sleeps for a random time between the two, and once more when it finds that the
     * leader was heard meanwhile, mostly comes after {@link FollowerWatch}.
     */
    private static final long TIMEOUT_MIN_PERCENT = 85;

    private static final long TIMEOUT_MAX_PERCENT = 110;

    private EngineProperties() {}

    /** The engine would cut a directory's name at commas, trim it, and replace what looks like a variable in it. */
    private static final class PlainPaths extends RaftProperties {
        private final Map<String, List<File>> files = new ConcurrentHashMap<>();

        @Override
        public void setFile(String name, File value) {
            files.put(name, List.of(value));
        }

        @Override
        public File getFile(String name, File defaultValue) {
            List<File> set = files.get(name);
            return set == null ? super.getFile(name, defaultValue) : set.getFirst();
        }

        @Override
        public void setFiles(String name, List<File> value) {
            files.put(name, List.copyOf(value));
        }

        @Override
        public List<File> getFiles(String name, List<File> defaultValue) {
            List<File> set = files.get(name);
            return set == null ? super.getFiles(name, defaultValue) : set;
        }
    }

    /** The longest serialized entry, in bytes. */
    static int entryBytesMax(RatisSettings settings) {
        return settings.maxPayloadBytes() + ENTRY_OVERHEAD_BYTES;
    }

    /** The longest message between members; the engine demands a mebibyte of room beyond the longest entry. */
    static int peerMessageBytesMax(RatisSettings settings) {
        return entryBytesMax(settings) + 2 * MEBIBYTE;
    }

    static RaftProperties of(RatisSettings settings) {
        RaftProperties properties = new PlainPaths();
        setStorage(properties, settings);
        setTimes(properties, settings);
        setSizes(properties, settings);
        if (!settings.alone()) {
            setPeerPort(properties, settings);
        }
        return properties;
    }

    private static void setStorage(RaftProperties properties, RatisSettings settings) {
        // Both default to the system's temporary directory.
        RaftServerConfigKeys.setStorageDir(
                properties, List.of(settings.directory().toFile()));
        RaftServerConfigKeys.setRemovedGroupsDir(
                properties, settings.directory().resolve("removed").toFile());
        // The lenient policy would drop everything behind a flipped bit, acknowledged entries included.
        RaftServerConfigKeys.Log.setCorruptionPolicy(properties, RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
        // It would write a second entry for each commit.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        // Snapshots are ours: the log is purged when the caller reports a checkpoint, and only then.
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, false);
        RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, false);
        // By default a dead member would keep the log of all the others growing.
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgePreservationLogNum(properties, settings.alone() ? 0 : PRESERVED_ENTRIES);
        RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
        // With it a follower takes entries that come while the first of them is being written for those that came
        // before, acknowledges them all, and keeps only the earlier ones: some would be nowhere, and as the leader
        // believes that they are there, the follower would get nothing more.
        RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, false);
    }

    private static void setTimes(RaftProperties properties, RatisSettings settings) {
        int electionMillis = settings.electionTimeoutMillis();
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(electionMillis * TIMEOUT_MIN_PERCENT / 100));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(electionMillis * TIMEOUT_MAX_PERCENT / 100));
        // A newcomer that is silent for longer is given up for this time; the engine would take three longest timeouts.
        RaftServerConfigKeys.setStagingTimeout(properties, millis(6L * electionMillis));
        boolean sole = settings.alone();
        // A sole voter has nobody to wait for; others look for a leader that is there already.
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(
                properties, millis(sole ? 1 : Math.max(1, electionMillis * 3L / 10)));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, millis(sole ? 2 : electionMillis));
        // After a pause longer than this a leader steps down, and one that lost its majority may not stand again for as
        // long: one election. Nobody can have replaced a sole voter while it was paused.
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
                properties, sole ? TimeDuration.valueOf(1, DAYS) : millis(electionMillis));
        // After a longer pause the engine would close itself and leave the process running.
        RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(365, DAYS));
        RaftServerConfigKeys.RetryCache.setExpiryTime(properties, millis(RETRY_CACHE_MILLIS));
        RaftServerConfigKeys.Log.Appender.setWaitTimeMin(properties, millis(0));
        RaftServerConfigKeys.Log.Appender.setRetryPolicy(properties, APPENDER_RETRY_POLICY);
    }

    private static void setSizes(RaftProperties properties, RatisSettings settings) {
        int entryBytes = entryBytesMax(settings);
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, SizeInBytes.valueOf(entryBytes));
        // The engine asks for the entry, its length and its checksum: 8 bytes.
        RaftServerConfigKeys.Log.setWriteBufferSize(properties, SizeInBytes.valueOf(entryBytes + 8));
        // An entry must fit into a segment.
        long segmentBytes = Math.max(SEGMENT_BYTES_MIN, 4L * entryBytes);
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf(segmentBytes));
        RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf(PREALLOCATED_BYTES));
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, CACHED_SEGMENTS_MAX);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(
                properties, SizeInBytes.valueOf(CACHED_SEGMENTS_MAX * segmentBytes));
    }

    private static void setPeerPort(RaftProperties properties, RatisSettings settings) {
        // The others are added by PeerServices.
        ListenAddress first = settings.listen().getFirst();
        GrpcConfigKeys.Server.setHost(properties, first.host());
        GrpcConfigKeys.Server.setPort(properties, first.port());
        GrpcConfigKeys.Server.setBossGroupSize(properties, 1);
        GrpcConfigKeys.Server.setWorkerGroupSize(properties, PEER_THREADS);
        GrpcConfigKeys.Client.setWorkerGroupSize(properties, PEER_THREADS);
        GrpcConfigKeys.setMessageSizeMax(properties, SizeInBytes.valueOf(peerMessageBytesMax(settings)));
    }

    private static TimeDuration millis(long millis) {
        return TimeDuration.valueOf(millis, MILLISECONDS);
    }

    /** An existing log is gone on with, a missing one is begun; whether it may be missing was checked before. */
    static RaftStorage.StartupOption startupOption() {
        return RaftStorage.StartupOption.RECOVER;
    }
}
