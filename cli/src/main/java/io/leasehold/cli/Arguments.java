package io.leasehold.cli;

import com.google.protobuf.ByteString;
import io.leasehold.cli.flags.Durations;
import io.leasehold.cli.flags.Flag;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Reads arguments; mistakes end the command with etcdctl's exit code for them. Pure functions. */
public final class Arguments {
    private static final String DECIMAL = "dec:";
    private static final int HEX_DIGITS_MAX = 16;

    private Arguments() {}

    /** A duration as Go writes it; seconds when it is a bare number. */
    public static Duration duration(String text) {
        try {
            boolean isNumber = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
            return isNumber ? Duration.ofSeconds(Long.parseLong(text)) : Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    /** Refuses a wrong number of arguments. */
    public static void count(List<String> arguments, int min, int max, String sentence) {
        if (arguments.size() < min || arguments.size() > max) {
            throw bad(sentence);
        }
    }

    /** Refuses another number of arguments than one, as those of etcd's commands do which leave the counting to a library. */
    public static void one(List<String> arguments) {
        if (arguments.size() != 1) {
            throw new CtlException(CtlException.Code.ERROR, "accepts 1 arg(s), received " + arguments.size());
        }
    }

    /** Refuses a command line without a flag that the command cannot do without. */
    public static void require(List<Flag<String>> flags) {
        String missing = flags.stream()
                .filter(flag -> flag.value().isEmpty())
                .map(flag -> Ctl.quoted(flag.name()))
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new CtlException(CtlException.Code.ERROR, "required flag(s) " + missing + " not set");
        }
    }

    /**
     * A lease or member id: hexadecimal, with or without {@code 0x}; decimal, as JSON has it, behind {@code dec:} or when
     * it has more digits than a hexadecimal one can have.
     */
    public static long hexId(String text, String what) {
        try {
            if (text.startsWith(DECIMAL)) {
                return Long.parseUnsignedLong(text.substring(DECIMAL.length()));
            }
            if (text.length() > HEX_DIGITS_MAX && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Long.parseUnsignedLong(text);
            }
            return Long.parseUnsignedLong(text.startsWith("0x") ? text.substring(2) : text, 16);
        } catch (NumberFormatException e) {
            // As Go calls what etcdctl reads them with.
            String reader = what.equals("lease") ? "ParseInt" : "ParseUint";
            throw bad("bad " + what + " ID arg (strconv." + reader + ": parsing " + Ctl.quoted(text)
                    + ": invalid syntax), expecting ID in Hex");
        }
    }

    /** A whole number. */
    public static long number(String text, String what) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw bad("bad " + what + " (strconv.ParseInt: parsing " + Ctl.quoted(text) + ": invalid syntax)");
        }
    }

    /** Text as bytes. */
    public static ByteString bytes(String text) {
        return ByteString.copyFrom(RawArguments.bytes(text));
    }

    /** Bytes as text that {@link #bytes} makes the same bytes of, be they text or not. */
    public static String text(byte[] bytes) {
        return RawArguments.text(ByteBuffer.wrap(bytes));
    }

    /** The refusal of bad arguments. */
    public static CtlException bad(String sentence) {
        return new CtlException(CtlException.Code.BAD_ARGUMENTS, sentence);
    }

    /** The end of the range of all keys with a prefix: the key with its last byte that can be raised raised. */
    public static ByteString prefixEnd(ByteString prefix) {
        byte[] end = prefix.toByteArray();
        for (int i = end.length - 1; i >= 0; i--) {
            if (end[i] != (byte) 0xff) {
                end[i]++;
                return ByteString.copyFrom(end, 0, i + 1);
            }
        }
        return ByteString.copyFrom(new byte[1]);
    }
}
