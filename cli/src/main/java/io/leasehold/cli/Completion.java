package io.leasehold.cli;

import io.leasehold.cli.Ctl.Surroundings;
import io.leasehold.cli.flags.Flag;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Scripts by which shells complete commands and flags. Pure functions. */
final class Completion {
    /** The shells there are scripts for. */
    static final List<String> SHELLS = List.of("bash", "zsh", "fish", "powershell");

    private final Program program;
    private final Surroundings surroundings;
    private final StringBuilder cases = new StringBuilder();
    private final StringBuilder fish = new StringBuilder();

    private Completion(Program program, Surroundings surroundings) {
        this.program = program;
        this.surroundings = surroundings;
    }

    /**
     * The script for a shell.
     *
     * @throws CtlException if it is none of {@link #SHELLS}
     */
    static String script(String shell, Program program, Surroundings surroundings) {
        Completion completion = new Completion(program, surroundings);
        return switch (shell) {
            case "bash" -> completion.bash();
            case "zsh" -> completion.zsh();
            case "fish" -> completion.fish();
            case "powershell" -> completion.powershell();
            default ->
                throw new CtlException(
                        CtlException.Code.ERROR,
                        "completion: expected bash, zsh, fish or powershell, got " + Ctl.quoted(shell));
        };
    }

    private String zsh() {
        List<String> names = new ArrayList<>(List.of(program.name()));
        names.addAll(program.otherNames());
        return "#compdef " + String.join(" ", names) + "\nautoload -U +X bashcompinit && bashcompinit\n"
                + bash()
                // Loaded from fpath this file is the function itself, called for the first completion.
                + "[[ ${funcstack[1]} == _" + program.name() + " ]] && _bash_complete -o default -F _"
                + program.name() + "\ntrue\n";
    }

    /** The words typed so far, without flags, name a list of words that may follow. */
    private String bash() {
        tell("", program.commands(), (path, words) -> cases.append("      \"")
                .append(path)
                .append("\") candidates=\"")
                .append(words)
                .append("\" ;;\n"));
        String others = program.otherNames().stream()
                .map(name -> "complete -o default -F _" + program.name() + " " + name + "\n")
                .collect(Collectors.joining());
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
                %4$s""",
                program.name(),
                cases,
                names(program.global()),
                others);
    }

    /** Tells each path of words, and the words that may follow it: commands, or a command's flags. */
    private void tell(String path, List<Entry> entries, BiConsumer<String, String> follows) {
        follows.accept(path, entries.stream().map(Entry::name).collect(Collectors.joining(" ")));
        for (Entry entry : entries) {
            String name = path.isEmpty() ? entry.name() : path + " " + entry.name();
            switch (entry) {
                case Entry.Group group -> tell(name, group.below(), follows);
                case Entry.Command command -> follows.accept(name, names(Program.own(command, surroundings)));
            }
        }
    }

    private String powershell() {
        tell("", program.commands(), (path, words) -> cases.append("    '")
                .append(path)
                .append("' = '")
                .append(words)
                .append("'\n"));
        String names = Stream.concat(Stream.of(program.name()), program.otherNames().stream())
                .map(name -> "'" + name + "'")
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                """
                # Completes %1$s in PowerShell.
                Register-ArgumentCompleter -Native -CommandName %2$s -ScriptBlock {
                  param($current, $line, $cursor)
                  $follows = @{
                %3$s  }
                  $path = ''
                  foreach ($word in $line.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() }) {
                    $longer = ($path + ' ' + $word).Trim()
                    if ($word -ne $current -and $follows.ContainsKey($longer)) { $path = $longer }
                  }
                  $words = $follows[$path] -split ' '
                  if ($current.StartsWith('-')) { $words += '%4$s' -split ' ' }
                  $words | Where-Object { $_ -and $_.StartsWith($current) } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
                }
                """,
                program.name(),
                names,
                cases,
                names(program.global()));
    }

    private String fish() {
        fish.append("# Completes ").append(program.name()).append(" in fish.\n");
        String top = program.commands().stream().map(Entry::name).collect(Collectors.joining(" "));
        for (Entry entry : program.commands()) {
            fishLine("not __fish_seen_subcommand_from " + top, "-a " + entry.name(), entry.description());
            String seen = "__fish_seen_subcommand_from " + entry.name();
            switch (entry) {
                case Entry.Command command -> fishFlags(seen, Program.own(command, surroundings));
                case Entry.Group group -> {
                    String all = group.below().stream().map(Entry::name).collect(Collectors.joining(" "));
                    for (Entry below : group.below()) {
                        fishLine(
                                seen + "; and not __fish_seen_subcommand_from " + all,
                                "-a " + below.name(),
                                below.description());
                        if (below instanceof Entry.Command command) {
                            fishFlags(
                                    seen + "; and __fish_seen_subcommand_from " + below.name(),
                                    Program.own(command, surroundings));
                        }
                    }
                }
            }
        }
        fishFlags("true", program.global());
        for (String other : program.otherNames()) {
            fish.append("complete -c ")
                    .append(other)
                    .append(" -w ")
                    .append(program.name())
                    .append("\n");
        }
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
                .append(program.name())
                .append(" -f -n '")
                .append(condition)
                .append("' ")
                .append(what)
                .append(" -d '")
                .append(description.replace("'", "\\'"))
                .append("'\n");
    }

    private static String names(Collection<Flag<?>> flags) {
        return flags.stream().map(flag -> "--" + flag.name()).collect(Collectors.joining(" "));
    }
}
