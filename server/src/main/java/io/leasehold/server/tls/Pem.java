package io.leasehold.server.tls;

import io.leasehold.protocol.ByteSequence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One block of a PEM file (RFC 7468): what it says it is, and its bytes. */
record Pem(String label, ByteSequence content) {
    /** Chains, and bundles of authorities, stay far below this. */
    private static final int FILE_BYTES_MAX = 4 << 20;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    private static final int LINE_CHARACTERS = 64;

    /** The blocks of a file, in order; text around them is overlooked. */
    static List<Pem> read(Path file) throws IOException {
        List<Pem> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(new String(bytes(file), StandardCharsets.ISO_8859_1));
        while (block.find()) {
            if (block.group(2).contains("ENCRYPTED")) {
                throw new IOException("the key is encrypted; store it decrypted, readable by the server alone");
            }
            try {
                blocks.add(new Pem(
                        block.group(1),
                        ByteSequence.wrap(Base64.getMimeDecoder().decode(block.group(2)))));
            } catch (IllegalArgumentException notBase64) {
                throw new IOException("what stands between the lines of a " + block.group(1) + " is no base64");
            }
        }
        return blocks;
    }

    /** The whole file, of bounded size. */
    static byte[] bytes(Path file) throws IOException {
        if (Files.size(file) > FILE_BYTES_MAX) {
            throw new IOException("longer than " + FILE_BYTES_MAX + " bytes");
        }
        return Files.readAllBytes(file);
    }

    /** The block as it stands in a file. */
    String text() {
        Base64.Encoder encoder = Base64.getMimeEncoder(LINE_CHARACTERS, "\n".getBytes(StandardCharsets.US_ASCII));
        return "-----BEGIN " + label + "-----\n" + encoder.encodeToString(content.toByteArray()) + "\n-----END " + label
                + "-----\n";
    }
}
