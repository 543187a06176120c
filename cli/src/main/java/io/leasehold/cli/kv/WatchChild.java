package io.leasehold.cli.kv;

import io.leasehold.cli.ChildFailure;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.output.GoText;
import io.leasehold.protocol.etcdserverpb.WatchResponse;
import io.leasehold.protocol.mvccpb.Event;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Runs a command for each event of an answer, one after the other. */
final class WatchChild {
    private WatchChild() {}

    /** Returns whether all went well; what did not is told. */
    static boolean run(Ctl ctl, List<String> command, WatchResponse response) {
        for (Event event : response.getEventsList()) {
            ctl.out().flush();
            ProcessBuilder child = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            Map<String, String> environment = child.environment();
            environment.put(
                    "ETCD_WATCH_REVISION", Long.toString(response.getHeader().getRevision()));
            environment.put("ETCD_WATCH_EVENT_TYPE", '"' + event.getType().name() + '"');
            environment.put(
                    "ETCD_WATCH_KEY", GoText.quoted(event.getKv().getKey().toByteArray()));
            environment.put(
                    "ETCD_WATCH_VALUE", GoText.quoted(event.getKv().getValue().toByteArray()));
            try {
                int code = child.start().waitFor();
                if (code != 0) {
                    failed(ctl, command, "exit status " + code);
                    return false;
                }
            } catch (IOException e) {
                failed(ctl, command, ChildFailure.words(command.get(0)));
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    private static void failed(Ctl ctl, List<String> command, String why) {
        String words = command.stream().map(Ctl::quoted).collect(Collectors.joining(" ", "[", "]"));
        ctl.err().println("command " + words + " error (" + why + ")");
    }
}
