package io.leasehold.statemachine;

import io.leasehold.mvcc.KeyValueRecord;
import io.leasehold.mvcc.StoreEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Outcomes and events as texts: to compare with {@link NaiveState}, and machines with each other. */
final class OutcomeText {
    private OutcomeText() {}

    static String of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Written written -> result(written);
            case Outcome.Deleted deleted -> result(deleted);
            case Outcome.Ranged ranged -> result(ranged);
            case Outcome.TxnDone done -> result(done);
            case Outcome.Compacted compacted -> "compacted " + compacted.revision();
            case Outcome.Granted granted ->
                "granted " + granted.revision() + " " + granted.id() + " " + granted.ttlSeconds();
            case Outcome.LeasedTxnDone done -> "leased " + done.grants() + " " + result(done.txn());
            case Outcome.Revoked revoked -> "revoked " + revoked.revision();
            case Outcome.Alarms alarms ->
                "alarms " + alarms.revision() + " " + alarms.alarms().size();
            case Outcome.Noted noted -> "noted " + noted.revision();
            case Outcome.MembersChanged changed -> "members " + changed.members();
            case Outcome.Fenced fenced -> "fenced " + fenced.revision();
            case Outcome.Refused refused -> "refused " + refused.code();
        };
    }

    private static String result(Outcome.OpResult result) {
        return switch (result) {
            case Outcome.Written written -> "written " + written.revision() + " " + text(written.previous());
            case Outcome.Deleted deleted ->
                "deleted " + deleted.revision() + " " + deleted.deleted() + " " + texts(deleted.previous());
            case Outcome.Ranged ranged ->
                "ranged " + ranged.revision() + " " + ranged.count() + " " + ranged.more() + " "
                        + texts(ranged.records());
            case Outcome.TxnDone done -> {
                StringBuilder results = new StringBuilder("txn " + done.revision() + " " + done.succeeded() + "[");
                done.results().forEach(inner -> results.append(result(inner)).append("; "));
                yield results.append("]").toString();
            }
        };
    }

    static List<String> events(List<StoreEvent> events) {
        return events.stream()
                .map(event -> event.isDelete()
                        ? "-" + event.record().key().toUtf8() + "@"
                                + event.record().modRevision()
                        : text(event.record()))
                .toList();
    }

    static List<String> texts(List<KeyValueRecord> records) {
        return records.stream().map(OutcomeText::text).toList();
    }

    static String text(@Nullable KeyValueRecord record) {
        return record == null
                ? "null"
                : record.key().toUtf8() + "=" + record.value().toUtf8() + "@" + record.createRevision() + "/"
                        + record.modRevision() + "/" + record.version() + "/" + record.leaseId();
    }
}
