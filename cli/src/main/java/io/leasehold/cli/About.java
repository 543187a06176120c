package io.leasehold.cli;

import io.leasehold.cli.flags.Flags;
import java.util.ArrayList;
import java.util.List;

/** {@code version help options completion}: about the program itself; they need no server. */
final class About {
    /** The etcdctl whose behaviour this is. */
    private static final String ETCDCTL = "3.6.14";

    private static final String API = "3.6";

    private About() {}

    static List<Entry> entries() {
        return List.of(
                Entry.plain(
                        "version", Help.of("print the versions of this program and of its API", ""), About::version),
                Entry.plain("options", Help.of("list the flags that every command has", ""), About::options),
                Entry.plain(
                        "completion",
                        Help.of(
                                "print a script that completes commands in a shell",
                                "<bash|zsh|fish|powershell>",
                                "|source <(leaseholdctl completion bash)",
                                "completion fish > ~/.config/fish/completions/leaseholdctl.fish"),
                        About::completion),
                Entry.plain(
                        "help", Help.of("show the help of a command", "[command]", "help lease grant"), About::help));
    }

    private static void version(Ctl ctl, List<String> none) {
        ctl.output().line((ctl.isOffline() ? "etcdutl" : "etcdctl") + " version: " + ETCDCTL);
        ctl.output().line("API version: " + API);
    }

    private static void options(Ctl ctl, List<String> none) {
        Flags global = new Flags();
        new Ctl(ctl.surroundings(), global);
        StringBuilder text = new StringBuilder("Every command takes these flags:\n\n");
        Usage.flags(text, global.all());
        ctl.output().stream().print(text);
    }

    private static void completion(Ctl ctl, List<String> arguments) {
        Arguments.one(arguments);
        Program client = Program.client(ctl.surroundings());
        ctl.output().stream().print(Completion.script(arguments.get(0), client, ctl.surroundings()));
    }

    private static void help(Ctl ctl, List<String> arguments) {
        List<String> asked = new ArrayList<>(arguments);
        asked.add("--help");
        int code = new CommandRun(ctl.surroundings()).run(asked);
        if (code != 0) {
            throw new CtlException(CtlException.Code.ERROR, "there is no help on it");
        }
    }
}
