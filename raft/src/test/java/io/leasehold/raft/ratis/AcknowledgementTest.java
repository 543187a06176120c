package io.leasehold.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.raft.RecordingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServer.Division;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.ProtoUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A follower acknowledges what it has. The leader is the test, which sends things again before they are answered. */
class AcknowledgementTest {

    private static final long SELF = 1;
    private static final long LEADER = 2;
    private static final long LIMIT_SECONDS = 60;
    private static final long TERM = 5;

    @TempDir
    Path directory;

    private RatisLog log;
    private Division division;
    private RepeatedEntries repeated;
    private long callId;

    @BeforeEach
    void start() {
        int port = TestSettings.freePort();
        List<RatisSettings.Peer> peers = new ArrayList<>();
        peers.add(new RatisSettings.Peer(SELF, List.of("127.0.0.1:" + port), true));
        for (long other = LEADER; other <= 3; other++) {
            // Nobody is there.
            peers.add(new RatisSettings.Peer(other, List.of("127.0.0.1:" + TestSettings.freePort()), true));
        }
        log = new RatisLog(new RatisSettings(
                RatisSettings.groupIdOf(7, 0),
                SELF,
                peers,
                false,
                List.of(new ListenAddress("127.0.0.1", port)),
                directory,
                60_000,
                TestSettings.MAX_PAYLOAD_BYTES,
                Optional.empty()));
        log.start(new RecordingListener(), 0, 0);
        division = log.openDivision().orElseThrow();
        repeated = new RepeatedEntries(() -> Optional.of(division.getRaftLog()));
    }

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void entries_that_come_again_and_bring_more_are_there_when_they_are_acknowledged() throws Exception {
        for (long first = 0; first < 60; first += 3) {
            CompletableFuture<AppendEntriesReplyProto> one = append(first, 1);
            CompletableFuture<AppendEntriesReplyProto> three = append(first, 3);

            assertThat(one.get(LIMIT_SECONDS, TimeUnit.SECONDS).getMatchIndex()).isEqualTo(first);
            AppendEntriesReplyProto reply = three.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertThat(reply.getResult()).isEqualTo(AppendResult.SUCCESS);
            assertThat(reply.getMatchIndex()).isEqualTo(first + 2);
            assertThat(division.getRaftLog().getNextIndex()).isEqualTo(first + 3);
        }
    }

    @Test
    void entries_that_come_again_are_on_disk_when_they_are_acknowledged() throws Exception {
        for (long first = 0; first < 60; first += 3) {
            CompletableFuture<AppendEntriesReplyProto> underWay = append(first, 3);
            AppendEntriesReplyProto again = append(first, 3).get(LIMIT_SECONDS, TimeUnit.SECONDS);

            assertThat(again.getResult()).isEqualTo(AppendResult.SUCCESS);
            assertThat(division.getRaftLog().getFlushIndex()).isEqualTo(first + 2);
            assertThat(underWay.get(LIMIT_SECONDS, TimeUnit.SECONDS).getMatchIndex())
                    .isEqualTo(first + 2);
        }
    }

    private CompletableFuture<AppendEntriesReplyProto> append(long first, int count) {
        RaftServer server = division.getRaftServer();
        AppendEntriesRequestProto.Builder request = AppendEntriesRequestProto.newBuilder()
                .setServerRequest(RaftRpcRequestProto.newBuilder()
                        .setRequestorId(PeerIds.toRatis(LEADER).toByteString())
                        .setReplyId(PeerIds.toRatis(SELF).toByteString())
                        .setRaftGroupId(ProtoUtils.toRaftGroupIdProtoBuilder(
                                division.getGroup().getGroupId()))
                        .setCallId(callId++))
                .setLeaderTerm(TERM)
                .setLeaderCommit(-1);
        if (first > 0) {
            request.getPreviousLogBuilder().setTerm(TERM).setIndex(first - 1);
        }
        for (long index = first; index < first + count; index++) {
            request.addEntries(LogEntryProto.newBuilder()
                    .setTerm(TERM)
                    .setIndex(index)
                    .setStateMachineLogEntry(StateMachineLogEntryProto.newBuilder()
                            .setLogData(ByteString.copyFromUtf8("entry " + index))));
        }
        AppendEntriesRequestProto built = request.build();
        AtomicReference<CompletableFuture<AppendEntriesReplyProto>> reply = new AtomicReference<>();
        boolean appended = repeated.append(built, () -> reply.set(handOver(server, built)));
        assertThat(appended).isTrue();
        return reply.get();
    }

    private static CompletableFuture<AppendEntriesReplyProto> handOver(
            RaftServer server, AppendEntriesRequestProto request) {
        try {
            return server.appendEntriesAsync(request);
        } catch (IOException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }
}
