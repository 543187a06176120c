package io.leasehold.cli;

import io.leasehold.cli.Ctl.Surroundings;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.Flags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Scripts by which shells complete commands and flags. Pure functions. */
final class Completion {
    private final Surroundings surroundings;
    private final StringBuilder cases = new StringBuilder();
    private final StringBuilder fish = new StringBuilder();

    private Completion(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * The script for a shell.
     *
     * @throws CtlException if it is none of bash, zsh and fish
     */
    static String script(String shell, Surroundings surroundings) {
        Completion completion = new Completion(surroundings);
        return switch (shell) {
            case "bash" -> completion.bash();
            case "zsh" ->
                "#compdef " + surroundings.program() + " etcdctl\nautoload -U +X bashcompinit && bashcompinit\n"
                        + completion.bash()
                        // Loaded from fpath this file is the function itself, called for the first completion.
                        + "[[ ${funcstack[1]} == _" + surroundings.program() + " ]] && _bash_complete -o default -F _"
                        + surroundings.program() + "\ntrue\n";
            case "fish" -> completion.fish();
            default -> throw Arguments.bad("completion: expected bash, zsh or fish, got " + Ctl.quoted(shell));
        };
    }

    /** The words typed so far, without flags, name a list of words that may follow. */
    private String bash() {
        Collection<Flag<?>> global = global();
        bashCases("", surroundings.commands());
        return String.format(
                Locale.ROOT,
                """
                # Completes %1$s in bash.
                _%1$s() {
                  local current=${COMP_WORDS[COMP_CWORD]} typed= word candidates=
                  for word in "${COMP_WORDS[@]:1:$((COMP_CWORD - 1))}"; do
                    [[ $word == -* ]] || typed+=" $word"
                  done
                  while :; do
                    case ${typed# } in
                %2$s      *) candidates= ;;
                    esac
                    [[ -n $candidates || -z $typed ]] && break
                    typed=${typed%% *}
                  done
                  [[ $current == -* ]] && candidates+=" %3$s"
                  COMPREPLY=($(compgen -W "$candidates" -- "$current"))
                }
                complete -o default -F _%1$s %1$s
                complete -o default -F _%1$s etcdctl
                """,
                surroundings.program(),
                cases,
                names(global));
    }

    private void bashCases(String path, List<Entry> entries) {
        String below = entries.stream().map(Entry::name).collect(Collectors.joining(" "));
        cases.append("      \"")
                .append(path)
                .append("\") candidates=\"")
                .append(below)
                .append("\" ;;\n");
        for (Entry entry : entries) {
            String name = path.isEmpty() ? entry.name() : path + " " + entry.name();
            switch (entry) {
                case Entry.Group group -> bashCases(name, group.below());
                case Entry.Command command -> {
                    String flags = names(own(command));
                    cases.append("      \"")
                            .append(name)
                            .append("\") candidates=\"")
                            .append(flags)
                            .append("\" ;;\n");
                }
            }
        }
    }

    private String fish() {
        fish.append("# Completes ").append(surroundings.program()).append(" in fish.\n");
        String top = surroundings.commands().stream().map(Entry::name).collect(Collectors.joining(" "));
        for (Entry entry : surroundings.commands()) {
            fishLine("not __fish_seen_subcommand_from " + top, "-a " + entry.name(), entry.description());
            String seen = "__fish_seen_subcommand_from " + entry.name();
            switch (entry) {
                case Entry.Command command -> fishFlags(seen, own(command));
                case Entry.Group group -> {
                    String all = group.below().stream().map(Entry::name).collect(Collectors.joining(" "));
                    for (Entry below : group.below()) {
                        fishLine(
                                seen + "; and not __fish_seen_subcommand_from " + all,
                                "-a " + below.name(),
                                below.description());
                        if (below instanceof Entry.Command command) {
                            fishFlags(seen + "; and __fish_seen_subcommand_from " + below.name(), own(command));
                        }
                    }
                }
            }
        }
        fishFlags("true", global());
        return fish.toString();
    }

    private void fishFlags(String condition, Collection<Flag<?>> flags) {
        for (Flag<?> flag : flags) {
            String values = flag.choices().isEmpty() ? "" : " -x -a '" + String.join(" ", flag.choices()) + "'";
            String letter = flag.shortName().isEmpty() ? "" : "-s " + flag.shortName() + " ";
            fishLine(condition, letter + "-l " + flag.name() + values, flag.description());
        }
    }

    private void fishLine(String condition, String what, String description) {
        fish.append("complete -c ")
                .append(surroundings.program())
                .append(" -f -n '")
                .append(condition)
                .append("' ")
                .append(what)
                .append(" -d '")
                .append(description.replace("'", "\\'"))
                .append("'\n");
    }

    private Collection<Flag<?>> global() {
        Flags flags = new Flags();
        new Ctl(surroundings, flags);
        return flags.all();
    }

    private Collection<Flag<?>> own(Entry.Command command) {
        Flags flags = new Flags();
        Ctl ctl = new Ctl(surroundings, flags);
        List<Flag<?>> global = new ArrayList<>(flags.all());
        command.maker().make(ctl, flags);
        return Usage.own(flags, global);
    }

    private static String names(Collection<Flag<?>> flags) {
        return flags.stream().map(flag -> "--" + flag.name()).collect(Collectors.joining(" "));
    }
}
