package io.leasehold.cli.output;

import java.util.ArrayList;
import java.util.List;

/** A table of ASCII lines as etcdctl draws it: heads in the middle, cells to the right. Pure functions. */
final class Table {
    private Table() {}

    /** The table; its first row holds the heads. */
    static String of(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < rows.get(0).size(); column++) {
            int width = 0;
            for (List<String> row : rows) {
                width = Math.max(width, row.get(column).length());
            }
            widths.add(width);
        }
        StringBuilder text = new StringBuilder();
        String rule = rule(widths);
        text.append(rule);
        for (int row = 0; row < rows.size(); row++) {
            text.append('|');
            for (int column = 0; column < widths.size(); column++) {
                String cell = rows.get(row).get(column);
                int free = widths.get(column) - cell.length();
                int left = row == 0 ? free / 2 : free;
                text.append(" ".repeat(left + 1))
                        .append(cell)
                        .append(" ".repeat(free - left + 1))
                        .append('|');
            }
            text.append('\n');
            if (row == 0) {
                text.append(rule);
            }
        }
        return text.append(rule).toString();
    }

    private static String rule(List<Integer> widths) {
        StringBuilder rule = new StringBuilder("+");
        for (int width : widths) {
            rule.append("-".repeat(width + 2)).append('+');
        }
        return rule.append('\n').toString();
    }
}
