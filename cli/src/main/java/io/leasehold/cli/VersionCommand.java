package io.leasehold.cli;

import picocli.CommandLine.Command;

/** {@code version}: works without a server. */
@Command(name = "version", description = "print the versions of this program and of its API")
final class VersionCommand implements Runnable {
    /** The etcdctl whose behaviour this is. */
    private static final String ETCDCTL = "3.6.14";

    private static final String API = "3.6";

    private final Ctl ctl;

    VersionCommand(Ctl ctl) {
        this.ctl = ctl;
    }

    @Override
    public void run() {
        ctl.output().line("etcdctl version: " + ETCDCTL);
        ctl.output().line("API version: " + API);
    }
}
