package io.leasehold.interop;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A server of the configured target that runs while the tests of one class do. */
public final class RunningServer implements BeforeAllCallback, AfterAllCallback {
    private final String[] flags;
    private @Nullable ServerProcess process;

    /** The flags are added to those of a plain single member. */
    public RunningServer(String... flags) {
        this.flags = flags.clone();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        process = ServerProcess.start(ServerTarget.configured(), flags);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (process != null) {
            process.close();
        }
    }

    /** The running process. */
    public ServerProcess process() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    /** Host and port for clients. */
    public String endpoint() {
        return process().endpoint();
    }
}
