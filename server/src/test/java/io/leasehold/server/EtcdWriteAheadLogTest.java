package io.leasehold.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdWriteAheadLogTest {
    /** A record of metadata, one of an entry that adds a member, and one of an entry like those a leader writes. */
    private static final byte[] METADATA = {8, 1, 26, 2, 1, 1};

    private static final byte[] FOUNDING = {8, 2, 16, 7, 26, 6, 8, 1, 16, 1, 24, 1};
    private static final byte[] NORMAL = {8, 2, 16, 7, 26, 6, 8, 0, 16, 2, 24, 2};

    @TempDir
    Path directory;

    @Test
    void what_a_restore_writes_only_founds() throws IOException {
        write("0.wal", METADATA, FOUNDING, FOUNDING);

        assertThat(EtcdWriteAheadLog.onlyFounds(directory)).isTrue();
    }

    @Test
    void an_etcd_that_has_run_wrote_more() throws IOException {
        write("0.wal", METADATA, FOUNDING);
        write("1.wal", METADATA, NORMAL);

        assertThat(EtcdWriteAheadLog.onlyFounds(directory)).isFalse();
    }

    @Test
    void a_log_that_is_not_there_founds_nothing() throws IOException {
        assertThat(EtcdWriteAheadLog.onlyFounds(directory)).isFalse();
    }

    /** Frames as etcd writes them, with room set aside behind the last. */
    private void write(String name, byte[]... records) throws IOException {
        ByteBuffer file = ByteBuffer.allocate(4_096).order(ByteOrder.LITTLE_ENDIAN);
        for (byte[] record : records) {
            int padding = (8 - record.length % 8) % 8;
            file.putLong(record.length | (padding == 0 ? 0 : (0x80L | padding) << 56))
                    .put(record)
                    .put(new byte[padding]);
        }
        Files.write(directory.resolve(name), file.array());
    }
}
