package io.leasehold.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Random;

/**
 * Messages whose fields hold what nobody sends on purpose, among things that somebody would. No URL of a member is among
 * them: adding one that does not exist rightly ends all writing.
 */
final class RandomMessages {
    private static final List<Long> NUMBERS =
            List.of(0L, 1L, 2L, 3L, 7L, -1L, -2L, 100L, 1L << 31, Long.MAX_VALUE, Long.MIN_VALUE, 9_000_000_001L);
    private static final List<String> WORDS =
            List.of("", "a", "b", "a/b", "\0", "\uffff", "lock", "http://x", "3.5.0", "%s", "../..");
    private static final int DEPTH_MAX = 5;
    private static final int LIST_MAX = 4;

    private final Random random;

    RandomMessages(Random random) {
        this.random = random;
    }

    /** A message of the same type. */
    Message like(Message prototype) {
        return fill(prototype.newBuilderForType(), 0).build();
    }

    private Message.Builder fill(Message.Builder message, int depth) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (random.nextInt(3) == 0) {
                continue;
            }
            if (!field.isRepeated()) {
                put(message, field, depth);
            } else {
                for (int left = random.nextInt(LIST_MAX); left > 0; left--) {
                    if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || depth < DEPTH_MAX) {
                        message.addRepeatedField(field, value(message, field, depth));
                    }
                }
            }
        }
        return message;
    }

    private void put(Message.Builder message, FieldDescriptor field, int depth) {
        if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || depth < DEPTH_MAX) {
            message.setField(field, value(message, field, depth));
        }
    }

    private Object value(Message.Builder message, FieldDescriptor field, int depth) {
        return switch (field.getJavaType()) {
            case INT -> (int) number();
            case LONG -> number();
            case FLOAT -> random.nextFloat();
            case DOUBLE -> random.nextDouble();
            case BOOLEAN -> random.nextBoolean();
            case STRING -> word();
            case BYTE_STRING -> ByteString.copyFromUtf8(word());
            case ENUM ->
                random.nextInt(8) == 0
                        ? field.getEnumType().findValueByNumberCreatingIfUnknown(random.nextInt(12))
                        : field.getEnumType()
                                .getValues()
                                .get(random.nextInt(
                                        field.getEnumType().getValues().size()));
            case MESSAGE -> fill(message.newBuilderForField(field), depth + 1).build();
        };
    }

    private long number() {
        return random.nextInt(8) == 0 ? random.nextLong() : NUMBERS.get(random.nextInt(NUMBERS.size()));
    }

    private String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }
}
