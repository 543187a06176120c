package io.leasehold.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.raft.RecordingListener;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LostPromisesTest {

    @TempDir
    Path directory;

    @Test
    void what_was_lost_is_replaced_by_a_term_far_ahead_and_no_vote() throws IOException {
        Files.createFile(promises());

        LostPromises.mend(directory, 17);

        assertThat(term()).isEqualTo(1_000_017);
        assertThat(read().getProperty("votedFor")).isEmpty();
    }

    @Test
    void a_second_loss_leads_further() throws IOException {
        Files.createFile(promises());
        LostPromises.mend(directory, 17);
        Files.write(promises(), new byte[0]);

        LostPromises.mend(directory, 17);

        assertThat(term()).isEqualTo(2_000_017);
    }

    @Test
    void promises_that_are_there_are_kept() throws IOException {
        Files.writeString(promises(), "term=4\nvotedFor=8e9e05c52164694d\n");

        LostPromises.mend(directory, 17);

        assertThat(term()).isEqualTo(4);
    }

    @Test
    void where_there_were_none_there_are_none() {
        LostPromises.mend(directory, 0);

        assertThat(promises()).doesNotExist();
    }

    @Test
    void the_log_goes_on_with_the_later_term() throws IOException {
        RatisSettings settings = TestSettings.soleVoter(directory.resolve("log"));
        start(settings).close();
        Files.write(LogDirectory.of(settings).path().resolve("raft-meta"), new byte[0]);

        RatisLog again = start(settings);

        assertThat(again.term()).isGreaterThan(1_000_000);
        again.close();
    }

    private static RatisLog start(RatisSettings settings) {
        RatisLog log = new RatisLog(settings);
        RecordingListener listener = new RecordingListener();
        log.start(listener, 0, 0);
        listener.await(RecordingListener.Ready.class, ready -> true);
        return log;
    }

    private long term() throws IOException {
        return Long.parseLong(read().getProperty("term"));
    }

    private Properties read() throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(promises())) {
            properties.load(reader);
        }
        return properties;
    }

    private Path promises() {
        return directory.resolve("raft-meta");
    }
}
