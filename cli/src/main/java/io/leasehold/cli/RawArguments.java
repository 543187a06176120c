package io.leasehold.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Arguments as they were typed, byte by byte. The JVM decodes them by the locale, so that in the locale C a letter with an
 * accent becomes a question mark, and bytes that are no text are lost everywhere. Where the system shows a process its own
 * command line, they are read from there; a byte that is no UTF-8 becomes a lone surrogate, {@code U+DC00} and the byte,
 * which {@link #bytes} turns back. Pure functions but for that file.
 */
final class RawArguments {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final char ESCAPE = 0xdc00;

    private RawArguments() {}

    /** The arguments that the JVM has decoded, or better ones if some are more than ASCII. */
    static List<String> of(String[] decoded) {
        List<String> arguments = List.of(decoded);
        if (arguments.stream().allMatch(RawArguments::isAscii) || !Files.isReadable(COMMAND_LINE)) {
            return arguments;
        }
        try {
            List<String> all = split(Files.readAllBytes(COMMAND_LINE));
            return all.size() < decoded.length ? arguments : all.subList(all.size() - decoded.length, all.size());
        } catch (IOException e) {
            return arguments;
        }
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    /** Each ends with a zero. */
    static List<String> split(byte[] commandLine) {
        List<String> words = new ArrayList<>();
        int from = 0;
        for (int at = 0; at < commandLine.length; at++) {
            if (commandLine[at] == 0) {
                words.add(text(ByteBuffer.wrap(commandLine, from, at - from)));
                from = at + 1;
            }
        }
        return words;
    }

    static String text(ByteBuffer bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer text = CharBuffer.allocate(bytes.remaining());
        while (bytes.hasRemaining()) {
            CoderResult result = decoder.decode(bytes, text, true);
            for (int i = 0; result.isError() && i < result.length(); i++) {
                text.put((char) (ESCAPE | (bytes.get() & 0xff)));
            }
            decoder.reset();
        }
        return text.flip().toString();
    }

    /** What was typed. */
    static byte[] bytes(String text) {
        if (text.chars().noneMatch(RawArguments::isEscape)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        text.codePoints().forEach(point -> {
            if (isEscape(point)) {
                bytes.write(point & 0xff);
            } else {
                bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            }
        });
        return bytes.toByteArray();
    }

    /** Only high bytes are no text by themselves; {@code codePoints} joins surrogates that belong together. */
    private static boolean isEscape(int point) {
        return point >= (ESCAPE | 0x80) && point <= (ESCAPE | 0xff);
    }
}
