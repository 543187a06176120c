package io.leasehold.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.raft.RecordingListener;
import io.leasehold.raft.RecordingListener.Committed;
import io.leasehold.raft.RecordingListener.Ready;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RatisLogTest {

    @TempDir
    Path directory;

    @Test
    void smoke() throws Exception {
        RecordingListener listener = new RecordingListener();
        RatisLog log = new RatisLog(TestSettings.soleVoter(directory));
        log.start(listener, 0, 0);
        listener.await(Ready.class);
        for (int i = 0; i < 10; i++) {
            log.propose(("entry " + i).getBytes(StandardCharsets.UTF_8), i);
        }
        listener.await(Committed.class, c -> c.index() == 11);
        System.out.println(listener.all() + " " + log.status());
        log.close();
        System.out.println(listener.all() + " " + log.status());
        RecordingListener again = new RecordingListener();
        log = new RatisLog(TestSettings.soleVoter(directory));
        log.start(again, 5, 1);
        again.await(Ready.class);
        System.out.println(again.all() + " " + log.status());
        log.close();
        assertThat(again.all()).isNotEmpty();
    }
}
