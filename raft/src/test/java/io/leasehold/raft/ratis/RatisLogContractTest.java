package io.leasehold.raft.ratis;

import io.leasehold.raft.ReplicatedLog;
import io.leasehold.raft.ReplicatedLogContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RatisLogContractTest extends ReplicatedLogContract {

    @TempDir
    Path directory;

    @Override
    protected ReplicatedLog open() {
        return new RatisLog(TestSettings.soleVoter(directory));
    }

    @Override
    protected long memberId() {
        return TestSettings.MEMBER_ID;
    }

    @Override
    protected int maxPayloadBytes() {
        return TestSettings.MAX_PAYLOAD_BYTES;
    }
}
