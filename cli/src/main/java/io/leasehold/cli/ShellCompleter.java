package io.leasehold.cli;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Ctl.Surroundings;
import io.leasehold.cli.flags.Flag;
import io.leasehold.cli.flags.FlagException;
import io.leasehold.cli.flags.Flags;
import io.leasehold.protocol.etcdserverpb.KVGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseGrpc;
import io.leasehold.protocol.etcdserverpb.LeaseLeasesRequest;
import io.leasehold.protocol.etcdserverpb.RangeRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes commands and flags from what there is, keys and lease ids by asking the server. */
final class ShellCompleter implements Completer {
    /** More than that nobody reads; a longer beginning brings the others. */
    private static final int CANDIDATES_MAX = 100;

    /** Whoever presses Tab does not wait longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Set<String> OF_KEYS = Set.of("get", "put", "del", "watch");
    private static final Set<String> OF_LEASES = Set.of("revoke", "timetolive", "keep-alive");

    private final Surroundings surroundings;
    private final List<String> shellFlags;

    ShellCompleter(Surroundings surroundings, List<String> shellFlags) {
        this.surroundings = surroundings;
        this.shellFlags = List.copyOf(shellFlags);
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        List<String> before = line.words().subList(0, line.wordIndex());
        for (String word : candidates(before, line.word())) {
            candidates.add(new Candidate(word));
        }
        if (before.stream().allMatch(word -> word.startsWith("-"))) {
            candidates.add(new Candidate("exit"));
        }
    }

    /** What may follow some words, beginning with what is typed already. */
    List<String> candidates(List<String> before, String typed) {
        List<Entry> entries = surroundings.commands();
        for (String word : before) {
            Optional<Entry> found = word.startsWith("-") ? Optional.empty() : Entry.find(entries, word);
            if (found.isPresent() && found.get() instanceof Entry.Group group) {
                entries = group.below();
            } else if (found.isPresent() && found.get() instanceof Entry.Command command) {
                return ofCommand(command, before, typed);
            }
        }
        return beginning(typed, entries.stream().map(Entry::name).toList());
    }

    private List<String> ofCommand(Entry.Command command, List<String> before, String typed) {
        Flags flags = new Flags();
        Ctl ctl = new Ctl(surroundings, flags);
        command.maker().make(ctl, flags);
        String last = before.get(before.size() - 1);
        if (typed.startsWith("--")) {
            return ofFlag(flags, typed);
        } else if (last.equals("--lease") || OF_LEASES.contains(command.name())) {
            return leaseIds(typed);
        }
        Flag<?> flag = last.startsWith("-") ? flags.findTyped(last) : null;
        if (flag != null && !flag.isSwitch()) {
            return beginning(typed, flag.choices());
        }
        boolean isKey = OF_KEYS.contains(command.name())
                && before.stream().filter(word -> !word.startsWith("-")).count() == 1;
        return isKey ? keys(typed) : List.of();
    }

    private List<String> ofFlag(Flags flags, String typed) {
        if (typed.startsWith("--lease=")) {
            return leaseIds(typed.substring("--lease=".length())).stream()
                    .map(id -> "--lease=" + id)
                    .toList();
        }
        List<String> names = new ArrayList<>();
        for (Flag<?> flag : flags.all()) {
            names.add("--" + flag.name() + (flag.isSwitch() ? "" : "="));
            flag.choices().forEach(choice -> names.add("--" + flag.name() + "=" + choice));
        }
        return beginning(typed, names);
    }

    private List<String> keys(String typed) {
        ByteString prefix = Arguments.bytes(typed.isEmpty() ? "\0" : typed);
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(prefix)
                .setRangeEnd(typed.isEmpty() ? prefix : Arguments.prefixEnd(prefix))
                .setKeysOnly(true)
                .setSerializable(true)
                .setLimit(CANDIDATES_MAX)
                .build();
        return asked(connection -> connection.call(KVGrpc.getRangeMethod(), request, PATIENCE).getKvsList().stream()
                .map(kv -> kv.getKey().toStringUtf8())
                .toList());
    }

    private List<String> leaseIds(String typed) {
        List<String> ids = asked(connection -> connection
                .call(LeaseGrpc.getLeaseLeasesMethod(), LeaseLeasesRequest.getDefaultInstance(), PATIENCE)
                .getLeasesList()
                .stream()
                .limit(CANDIDATES_MAX)
                .map(lease -> String.format(Locale.ROOT, "%016x", lease.getID()))
                .toList());
        return beginning(typed, ids);
    }

    /** What a server answers; nothing if it does not. */
    private List<String> asked(java.util.function.Function<Connection, List<String>> question) {
        Flags flags = new Flags();
        Ctl ctl = new Ctl(surroundings, flags);
        try {
            flags.parse(shellFlags);
            CommandRun.readEnvironment(surroundings.environment(), flags);
            try (Connection connection = ctl.connect()) {
                return question.apply(connection);
            }
        } catch (CtlException | FlagException e) {
            return List.of();
        }
    }

    private static List<String> beginning(String typed, List<String> words) {
        return words.stream().filter(word -> word.startsWith(typed)).toList();
    }
}
