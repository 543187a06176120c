package io.leasehold.cli;

import java.util.Collection;
import java.util.List;

/** What somebody may have meant: names that differ from what was typed by few letters, or begin with it. */
public final class Nearest {
    /** Two slips of the finger, as in {@code ednpoitn}; with more, anything is near anything. */
    private static final int DISTANCE_MAX = 2;

    private Nearest() {}

    /** Those of the names that are near, in their order. */
    public static List<String> to(String typed, Collection<String> names) {
        return names.stream()
                .filter(name -> !typed.isEmpty() && (name.startsWith(typed) || isNear(typed, name)))
                .toList();
    }

    private static boolean isNear(String typed, String name) {
        // Of short names nothing would be left.
        int max = Math.min(DISTANCE_MAX, name.length() / 2);
        return distance(typed, name) <= max;
    }

    /** Letters to insert, delete or replace, and neighbours to swap (Damerau's distance, restricted). */
    static int distance(String a, String b) {
        int[][] distances = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                distances[i][j] = i == 0 || j == 0 ? i + j : step(a, b, i, j, distances);
            }
        }
        return distances[a.length()][b.length()];
    }

    private static int step(String a, String b, int i, int j, int[][] distances) {
        int replace = distances[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replace, 1 + Math.min(distances[i - 1][j], distances[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, distances[i - 2][j - 2] + 1) : best;
    }
}
