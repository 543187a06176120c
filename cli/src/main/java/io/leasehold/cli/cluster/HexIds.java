package io.leasehold.cli.cluster;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the ids of an answer in JSON into hexadecimal strings, for {@code --hex}. */
final class HexIds {
    private static final Pattern ID = Pattern.compile("\"(cluster_id|member_id|ID|leader)\":(\\d+)");

    private HexIds() {}

    static String in(String json) {
        Matcher ids = ID.matcher(json);
        return ids.replaceAll(
                id -> "\"" + id.group(1) + "\":\"" + Long.toHexString(Long.parseUnsignedLong(id.group(2))) + "\"");
    }
}
