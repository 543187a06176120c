package io.leasehold.raft.ratis;

import io.leasehold.raft.LogStartException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of a member that carries on alone when the other members are lost: all its entries count, committed or not,
 * because nobody is left to say so, and behind them it says that this member is the only voter.
 *
 * <p>The log gets another identity at the same time, so that members of the old cluster that come back are strangers to it:
 * they can neither vote here nor write. A log's directory is named after its identity, and the change of that name comes
 * first: a crash behind it leaves a log without a majority, which serves nobody and can be recovered again.
 *
 * <pre>
 *   1 log/[cluster id][epoch] → log/[cluster id][epoch + 1]
 *   2 ... entries | the caller's entry | configuration: this member
 * </pre>
 */
public final class LogRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);
    private static final Pattern UUID_NAME = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private LogRecovery() {}

    /**
     * The identity of the log in a directory, which says how often its cluster was made anew; empty when there is none yet.
     *
     * @throws LogStartException when the directory cannot be read
     */
    public static Optional<UUID> groupIdIn(Path directory, long clusterId) {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        UUID newest = null;
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(directory)) {
            for (Path group : groups) {
                String name = group.getFileName().toString();
                if (UUID_NAME.matcher(name).matches()) {
                    UUID id = UUID.fromString(name);
                    boolean newer = newest == null || id.getLeastSignificantBits() > newest.getLeastSignificantBits();
                    newest = id.getMostSignificantBits() == clusterId && newer ? id : newest;
                }
            }
        } catch (IOException failed) {
            throw new LogStartException("cannot read the log directory " + directory, failed);
        }
        return Optional.ofNullable(newest);
    }

    /**
     * Makes a log that is not running that of a cluster of one.
     *
     * @param directory the log's directory
     * @param memberId the member that is left: this one
     * @param appliedIndex index of the last entry contained in the caller's durable state; 0 when there is none
     * @param payload the caller's entry that says the same of its own state
     * @throws LogStartException when there is no log, it is damaged, or the disk refuses
     */
    public static void carryOnAlone(Path directory, long clusterId, long memberId, long appliedIndex, byte[] payload) {
        UUID before = groupIdIn(directory, clusterId)
                .orElseThrow(() -> new LogStartException(
                        "there is no log in " + directory
                                + ": a member that never took part in its cluster cannot carry on alone",
                        null));
        LogDirectory.at(directory, before).check(appliedIndex);
        UUID after = RatisSettings.groupIdOf(clusterId, before.getLeastSignificantBits() + 1);
        try {
            Files.move(
                    directory.resolve(before.toString()),
                    directory.resolve(after.toString()),
                    StandardCopyOption.ATOMIC_MOVE);
            LogDirectory.forceNames(directory);
        } catch (IOException failed) {
            throw new LogStartException("the log in " + directory + " cannot be given another identity", failed);
        }
        write(LogDirectory.at(directory, after), memberId, appliedIndex, payload);
        LOG.warn("this member carries on alone; all others of its cluster are removed log={}", after);
    }

    private static void write(LogDirectory log, long memberId, long appliedIndex, byte[] payload) {
        long term = log.term();
        LogDirectory.End end = log.end(appliedIndex);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (end.offsetBytes() == 0) {
                bytes.write(SegmentScan.header());
            }
            bytes.write(record(entry(term, end.nextIndex(), payload)));
            bytes.write(record(soleVoter(term, end.nextIndex() + 1, memberId)));
            boolean made = !Files.exists(end.file());
            try (FileChannel file = FileChannel.open(end.file(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(bytes.toByteArray());
                while (rest.hasRemaining()) {
                    file.write(rest, end.offsetBytes() + rest.position());
                }
                file.force(true);
            }
            if (made) {
                LogDirectory.forceNames(log.path());
            }
        } catch (IOException failed) {
            throw new LogStartException("cannot write to the log file " + end.file(), failed);
        }
    }

    /** A record as {@link SegmentScan} draws it. */
    private static byte[] record(LogEntryProto entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        entry.writeDelimitedTo(bytes);
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.toByteArray());
        bytes.write(ByteBuffer.allocate(Integer.BYTES)
                .putInt((int) checksum.getValue())
                .array());
        return bytes.toByteArray();
    }

    private static LogEntryProto entry(long term, long index, byte[] payload) {
        return LogEntryProto.newBuilder()
                .setTerm(term)
                .setIndex(index)
                .setStateMachineLogEntry(StateMachineLogEntryProto.newBuilder()
                        .setClientId(ClientId.randomId().toByteString())
                        .setLogData(UnsafeByteOperations.unsafeWrap(payload)))
                .build();
    }

    private static LogEntryProto soleVoter(long term, long index, long memberId) {
        return LogEntryProto.newBuilder()
                .setTerm(term)
                .setIndex(index)
                .setConfigurationEntry(RaftConfigurationProto.newBuilder()
                        .addPeers(PeerIds.toPeer(memberId).getRaftPeerProto()))
                .build();
    }
}
