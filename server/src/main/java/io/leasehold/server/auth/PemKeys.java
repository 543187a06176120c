package io.leasehold.server.auth;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads keys from PEM text in all the forms that openssl writes and etcd takes. Java itself reads two of them; the older
 * ones are the same numbers without their frame, which is put around them here. Pure; any thread.
 */
final class PemKeys {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]+)-----END \\1-----");

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int BIT_STRING = 0x03;
    private static final int OBJECT_ID = 0x06;
    /** The curve's name inside an EC key. */
    private static final int PARAMETERS = 0xa0;
    /** The public key inside an EC key. */
    private static final int PUBLIC_KEY = 0xa1;

    private static final byte[] VERSION_0 = {2, 1, 0};
    /** rsaEncryption, without parameters. */
    private static final byte[] RSA_ALGORITHM = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    /** id-ecPublicKey. */
    private static final byte[] EC_ALGORITHM_ID = HexFormat.of().parseHex("06072a8648ce3d0201");

    private PemKeys() {}

    /**
     * The first private key in the text; the parameters that openssl puts before an EC key are passed over.
     *
     * @throws GeneralSecurityException if there is none of that kind
     */
    static PrivateKey privateKey(String pem, JwtAlgorithm.Kind kind) throws GeneralSecurityException {
        Matcher blocks = BLOCK.matcher(pem);
        while (blocks.find()) {
            byte[] der = Base64.getMimeDecoder().decode(blocks.group(2));
            switch (blocks.group(1)) {
                case "PRIVATE KEY" -> {
                    return generate(kind, der);
                }
                case "RSA PRIVATE KEY" -> {
                    return generate(kind, wrap(SEQUENCE, VERSION_0, RSA_ALGORITHM, wrap(OCTET_STRING, der)));
                }
                case "EC PRIVATE KEY" -> {
                    byte[] algorithm = wrap(SEQUENCE, EC_ALGORITHM_ID, curve(der));
                    return generate(kind, wrap(SEQUENCE, VERSION_0, algorithm, wrap(OCTET_STRING, der)));
                }
                default -> {}
            }
        }
        throw new GeneralSecurityException("there is no private key in it");
    }

    /**
     * The first public key in the text, or that of its first certificate.
     *
     * @throws GeneralSecurityException if there is none of that kind
     */
    static PublicKey publicKey(String pem, JwtAlgorithm.Kind kind) throws GeneralSecurityException {
        Matcher blocks = BLOCK.matcher(pem);
        while (blocks.find()) {
            byte[] der = Base64.getMimeDecoder().decode(blocks.group(2));
            KeyFactory factory = KeyFactory.getInstance(kind.keyFactory);
            switch (blocks.group(1)) {
                case "PUBLIC KEY" -> {
                    return factory.generatePublic(new X509EncodedKeySpec(der));
                }
                case "RSA PUBLIC KEY" -> {
                    byte[] framed = wrap(SEQUENCE, RSA_ALGORITHM, wrap(BIT_STRING, new byte[1], der));
                    return factory.generatePublic(new X509EncodedKeySpec(framed));
                }
                case "CERTIFICATE" -> {
                    PublicKey key = CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der))
                            .getPublicKey();
                    return factory.generatePublic(new X509EncodedKeySpec(key.getEncoded()));
                }
                default -> {}
            }
        }
        throw new GeneralSecurityException("there is no public key in it");
    }

    /** The public key that belongs to a private one, as far as the private one tells it. */
    static Optional<PublicKey> publicKeyOf(PrivateKey key) throws GeneralSecurityException {
        if (key instanceof RSAPrivateCrtKey rsa) {
            BigInteger exponent = rsa.getPublicExponent();
            return Optional.of(
                    KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(rsa.getModulus(), exponent)));
        }
        if (!key.getAlgorithm().equals("EC")) {
            return Optional.empty();
        }
        ByteBuffer frame = content(ByteBuffer.wrap(key.getEncoded()), SEQUENCE);
        frame.position(frame.position() + VERSION_0.length);
        byte[] algorithm = whole(frame);
        ByteBuffer inner = content(content(frame, OCTET_STRING), SEQUENCE);
        while (inner.hasRemaining()) {
            if ((inner.get(inner.position()) & 0xff) == PUBLIC_KEY) {
                ByteBuffer bits = content(inner, PUBLIC_KEY);
                byte[] framed = wrap(SEQUENCE, algorithm, whole(bits));
                return Optional.of(KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(framed)));
            }
            whole(inner);
        }
        return Optional.empty();
    }

    private static PrivateKey generate(JwtAlgorithm.Kind kind, byte[] der) throws GeneralSecurityException {
        return KeyFactory.getInstance(kind.keyFactory).generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    /** The name of the curve in an EC key of the older form: its whole element. */
    private static byte[] curve(byte[] ecKey) throws GeneralSecurityException {
        ByteBuffer fields = content(ByteBuffer.wrap(ecKey), SEQUENCE);
        while (fields.hasRemaining()) {
            if ((fields.get(fields.position()) & 0xff) == PARAMETERS) {
                ByteBuffer parameters = content(fields, PARAMETERS);
                if ((parameters.get(parameters.position()) & 0xff) == OBJECT_ID) {
                    return whole(parameters);
                }
                break;
            }
            whole(fields);
        }
        throw new GeneralSecurityException("the EC key does not name its curve");
    }

    /** What is in the next element, which must have the tag; the buffer goes behind it. */
    private static ByteBuffer content(ByteBuffer der, int tag) throws GeneralSecurityException {
        if (!der.hasRemaining() || (der.get(der.position()) & 0xff) != tag) {
            throw new GeneralSecurityException("the key has not the form expected");
        }
        der.get();
        int length = length(der);
        ByteBuffer content = der.slice(der.position(), length);
        der.position(der.position() + length);
        return content;
    }

    /** The next element with its tag and length; the buffer goes behind it. */
    private static byte[] whole(ByteBuffer der) throws GeneralSecurityException {
        int start = der.position();
        der.get();
        int length = length(der);
        int end = der.position() + length;
        byte[] element = new byte[end - start];
        der.get(start, element);
        der.position(end);
        return element;
    }

    private static int length(ByteBuffer der) throws GeneralSecurityException {
        int length = der.hasRemaining() ? der.get() & 0xff : -1;
        if (length > 0x80 && length <= 0x84) {
            int octets = length & 0x7f;
            length = 0;
            for (int i = 0; i < octets && der.hasRemaining(); i++) {
                length = (length << 8) | (der.get() & 0xff);
            }
        }
        if (length < 0 || length > der.remaining()) {
            throw new GeneralSecurityException("the key ends early");
        }
        return length;
    }

    /** An element of DER. */
    private static byte[] wrap(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            // Two octets are enough for keys of 65,535 bytes.
            out.write(0x82);
            out.write(length >>> 8);
            out.write(length);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
