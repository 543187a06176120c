package io.leasehold.cli.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line that starts a member. Pure functions. */
final class MemberCommand {
    private MemberCommand() {}

    /**
     * The words of it.
     *
     * @param launcher the program {@code leasehold}
     * @param directory where the cluster lies
     * @param more flags of the server that were asked for; they come last, and the last of two wins
     */
    static List<String> of(
            String launcher, LocalCluster cluster, MemberSpec member, Path directory, List<String> more) {
        boolean secure = cluster.secure();
        List<String> words = new ArrayList<>(List.of(
                launcher,
                "server",
                "--name=" + member.name(),
                "--data-dir=" + directory.resolve(member.name()),
                "--listen-client-urls=" + member.clientUrl(secure),
                "--advertise-client-urls=" + member.clientUrl(secure),
                "--listen-peer-urls=" + member.peerUrl(secure),
                "--initial-advertise-peer-urls=" + member.peerUrl(secure),
                "--initial-cluster=" + cluster.initialCluster(),
                "--initial-cluster-token=" + cluster.token(),
                "--initial-cluster-state=" + (member.founder() ? "new" : "existing"),
                "--log-format=console"));
        if (secure) {
            words.addAll(List.of("--auto-tls", "--peer-auto-tls"));
        }
        words.addAll(more);
        return words;
    }
}
