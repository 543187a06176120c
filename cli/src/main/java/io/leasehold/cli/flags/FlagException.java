package io.leasehold.cli.flags;

/** A flag that does not exist or cannot have the value given; the message is pflag's. */
public final class FlagException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String flag;

    FlagException(String message, String flag) {
        super(message);
        this.flag = flag;
    }

    /** The flag's name, without dashes. */
    public String flag() {
        return flag;
    }
}
