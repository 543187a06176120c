package io.leasehold.cli;

import io.leasehold.cli.flags.Flags;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** What can be typed: a command or a group of them. Commands are made when they are typed, not before. */
public sealed interface Entry {
    /** As it is typed. */
    String name();

    /** In a few words. */
    String description();

    /** A command. */
    record Command(String name, Help help, Maker maker) implements Entry {
        @Override
        public String description() {
            return help.description();
        }
    }

    /** A group of commands. */
    record Group(String name, String description, List<Entry> below) implements Entry {
        public Group {
            below = List.copyOf(below);
        }
    }

    /** Declares a command's flags and makes what it does. */
    @FunctionalInterface
    interface Maker {
        /** Called before the command line is read: values of flags are not there yet. */
        Action make(Ctl ctl, Flags flags);
    }

    /** A command with flags. */
    static Entry command(String name, Help help, Maker maker) {
        return new Command(name, help, maker);
    }

    /** A command without flags: what it does with its arguments. */
    static Entry plain(String name, Help help, BiConsumer<Ctl, List<String>> action) {
        return new Command(name, help, (ctl, flags) -> arguments -> action.accept(ctl, arguments));
    }

    /** A group. */
    static Entry group(String name, String description, Entry... below) {
        return new Group(name, description, List.of(below));
    }

    /** The one that a word names: by its whole name, or by a beginning that no other has. */
    static Optional<Entry> find(List<Entry> entries, String word) {
        List<Entry> beginning = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.name().equals(word)) {
                return Optional.of(entry);
            }
            if (!word.isEmpty() && entry.name().startsWith(word)) {
                beginning.add(entry);
            }
        }
        return beginning.size() == 1 ? Optional.of(beginning.get(0)) : Optional.empty();
    }
}
