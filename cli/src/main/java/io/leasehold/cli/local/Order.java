package io.leasehold.cli.local;

import java.util.Optional;

/**
 * What another process asks of the one that keeps the members; a line on the socket.
 *
 * @param name of the member it is about; empty where it is about none
 * @param coloured whether the answer may have colours
 */
record Order(Verb verb, String name, boolean coloured) {
    private static final String COLOURED = "coloured";
    private static final int WORDS = 3;

    String toLine() {
        return String.join("\t", verb.word(), name, coloured ? COLOURED : "");
    }

    /** Empty if the line is none. */
    static Optional<Order> parse(String line) {
        String[] words = line.split("\t", -1);
        return words.length != WORDS
                ? Optional.empty()
                : Verb.of(words[0]).map(verb -> new Order(verb, words[1], words[2].equals(COLOURED)));
    }
}
