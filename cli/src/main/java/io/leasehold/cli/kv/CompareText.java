package io.leasehold.cli.kv;

import io.leasehold.cli.Arguments;
import io.leasehold.cli.Ctl;
import io.leasehold.cli.CtlException;
import io.leasehold.protocol.etcdserverpb.Compare;
import io.leasehold.protocol.etcdserverpb.Compare.CompareResult;
import io.leasehold.protocol.etcdserverpb.Compare.CompareTarget;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Comparisons of a transaction as they are typed: {@code mod("key") > "0"}, by the rules of Go's scanner. Pure functions. */
final class CompareText {
    private static final String QUOTED = "\\s*\"((?:[^\"\\\\]|\\\\.)*)\"";

    /** Each part is looked for behind the one before; what follows the last does not matter. */
    private static final Pattern FORM =
            Pattern.compile("([^(]*)\\((?:" + QUOTED + "(?:\\)\\s+(\\S+)(?:\\s+" + QUOTED + ")?)?)?.*");

    private CompareText() {}

    static Compare parse(String line) {
        Matcher form = FORM.matcher(line);
        if (!form.matches()) {
            throw malformed(line, "");
        }
        String key = Words.unquote(given(form, 2));
        String operator = given(form, 3);
        String value = Words.unquote(given(form, 4));
        if (form.group(4) == null) {
            String got = form.group(1) + "(" + Ctl.quoted(key) + ") " + operator + " " + Ctl.quoted(value);
            throw malformed(line, "; got " + got);
        }
        Compare.Builder compare =
                Compare.newBuilder().setKey(Arguments.bytes(key)).setResult(result(operator, line));
        switch (form.group(1)) {
            case "ver", "version" -> compare.setTarget(CompareTarget.VERSION).setVersion(number(value, line));
            case "c", "create" -> compare.setTarget(CompareTarget.CREATE).setCreateRevision(number(value, line));
            case "m", "mod" -> compare.setTarget(CompareTarget.MOD).setModRevision(number(value, line));
            case "val", "value" -> compare.setTarget(CompareTarget.VALUE).setValue(Arguments.bytes(value));
            case "lease" -> compare.setTarget(CompareTarget.LEASE).setLease(hex(value, line));
            default -> throw malformed(line, " (unknown target " + form.group(1) + ")");
        }
        return compare.build();
    }

    private static CompareResult result(String operator, String line) {
        return switch (operator) {
            case "=" -> CompareResult.EQUAL;
            case "!=" -> CompareResult.NOT_EQUAL;
            case ">" -> CompareResult.GREATER;
            case "<" -> CompareResult.LESS;
            default -> throw malformed(line, " (the operators are =, !=, < and >)");
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

    private static String given(Matcher form, int part) {
        return form.group(part) == null ? "" : form.group(part);
    }

    private static CtlException malformed(String line, String more) {
        return new CtlException(CtlException.Code.INVALID_INPUT, "malformed comparison: " + line + more);
    }
}
