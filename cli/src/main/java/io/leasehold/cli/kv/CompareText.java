package io.leasehold.cli.kv;

import com.google.protobuf.ByteString;
import io.leasehold.cli.Arguments;
import io.leasehold.cli.CtlException;
import io.leasehold.protocol.etcdserverpb.Compare;
import io.leasehold.protocol.etcdserverpb.Compare.CompareResult;
import io.leasehold.protocol.etcdserverpb.Compare.CompareTarget;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Comparisons of a transaction as they are typed: {@code mod("key") > "0"}. Pure functions. */
final class CompareText {
    private static final String QUOTED = "\"((?:[^\"\\\\]|\\\\.)*)\"";
    private static final Pattern FORM =
            Pattern.compile("\\s*(\\w+)\\(" + QUOTED + "\\)\\s*(\\S+)\\s*" + QUOTED + "\\s*");

    private CompareText() {}

    static Compare parse(String line) {
        Matcher form = FORM.matcher(line);
        if (!form.matches()) {
            throw malformed(line);
        }
        Compare.Builder compare = Compare.newBuilder()
                .setKey(ByteString.copyFromUtf8(Words.unquote(form.group(2))))
                .setResult(result(form.group(3), line));
        String value = Words.unquote(form.group(4));
        switch (form.group(1)) {
            case "ver", "version" -> compare.setTarget(CompareTarget.VERSION).setVersion(number(value, line));
            case "c", "create" -> compare.setTarget(CompareTarget.CREATE).setCreateRevision(number(value, line));
            case "m", "mod" -> compare.setTarget(CompareTarget.MOD).setModRevision(number(value, line));
            case "val", "value" -> compare.setTarget(CompareTarget.VALUE).setValue(ByteString.copyFromUtf8(value));
            case "lease" -> compare.setTarget(CompareTarget.LEASE).setLease(hex(value, line));
            default ->
                throw new CtlException(
                        CtlException.Code.INVALID_INPUT,
                        "malformed comparison: " + line + " (unknown target " + form.group(1) + ")");
        }
        return compare.build();
    }

    private static CompareResult result(String operator, String line) {
        return switch (operator) {
            case "=" -> CompareResult.EQUAL;
            case "!=" -> CompareResult.NOT_EQUAL;
            case ">" -> CompareResult.GREATER;
            case "<" -> CompareResult.LESS;
            default ->
                throw new CtlException(
                        CtlException.Code.INVALID_INPUT,
                        "malformed comparison: " + line + " (the operators are =, !=, < and >)");
        };
    }

    private static long number(String text, String line) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw notANumber(line);
        }
    }

    private static long hex(String text, String line) {
        try {
            return Arguments.hexId(text, "lease");
        } catch (CtlException e) {
            throw notANumber(line);
        }
    }

    private static CtlException notANumber(String line) {
        return new CtlException(CtlException.Code.INVALID_INPUT, "invalid txn compare request: " + line);
    }

    private static CtlException malformed(String line) {
        return new CtlException(CtlException.Code.INVALID_INPUT, "malformed comparison: " + line);
    }
}
