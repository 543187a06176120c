package io.leasehold.client.kv;

/** The order of an answer. */
public record Sort(Target target, Order order) {
    /** As the server keeps them: by key, ascending. */
    public static final Sort NONE = new Sort(Target.KEY, Order.NONE);

    /** What is compared. */
    public enum Target {
        KEY,
        VERSION,
        CREATE_REVISION,
        MOD_REVISION,
        VALUE
    }

    /** Which way. */
    public enum Order {
        NONE,
        ASCENDING,
        DESCENDING
    }
}
