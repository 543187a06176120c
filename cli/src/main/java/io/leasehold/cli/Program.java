package io.leasehold.cli;

import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import io.leasehold.cli.local.LocalCommands;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A program as the manual and shells list it.
 *
 * @param name as it is typed
 * @param otherNames by which it is called as well
 * @param commands those that there are
 * @param global the flags that every command takes
 */
record Program(String name, List<String> otherNames, List<Entry> commands, Collection<Flag<?>> global) {
    Program {
        otherNames = List.copyOf(otherNames);
        commands = List.copyOf(commands);
        global = List.copyOf(global);
    }

    /** The client, by the name it was called. */
    static Program client(Ctl.Surroundings surroundings) {
        List<String> otherNames = surroundings.program().equals("etcdctl") ? List.of() : List.of("etcdctl");
        return new Program(surroundings.program(), otherNames, surroundings.commands(), commonFlags(surroundings));
    }

    /** The launcher, of which the client is a command; what its server takes, the server tells. */
    static Program launcher(Ctl.Surroundings surroundings) {
        List<Entry> commands = List.of(
                Entry.plain("server", Help.of("start a server", "[flags]"), (ctl, none) -> {}),
                LocalCommands.entry(),
                new Entry.Group("ctl", "a client, as leaseholdctl is", surroundings.commands()),
                Entry.plain("version", Help.of("print the version", ""), (ctl, none) -> {}),
                Entry.plain("help", Help.of("tell what there is", ""), (ctl, none) -> {}));
        return new Program("leasehold", List.of(), commands, List.of());
    }

    private static Collection<Flag<?>> commonFlags(Ctl.Surroundings surroundings) {
        Flags flags = new Flags();
        new Ctl(surroundings, flags);
        return flags.all();
    }

    /** The flags that only a command has. */
    static Collection<Flag<?>> own(Entry.Command command, Ctl.Surroundings surroundings) {
        Flags flags = new Flags();
        Ctl ctl = new Ctl(surroundings, flags);
        List<Flag<?>> common = new ArrayList<>(flags.all());
        command.maker().make(ctl, flags);
        return Usage.own(flags, common);
    }
}
