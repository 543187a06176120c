package io.leasehold.client.session;

/**
 * What a process writes down to resume its session after a restart.
 *
 * @param leaseId the session's lease
 * @param epoch which incarnation of the session it was
 */
public record SessionTicket(long leaseId, long epoch) {
    /** Reads what {@link #toString} wrote; IllegalArgumentException for anything else. */
    public static SessionTicket parse(String text) {
        int dot = text.indexOf('.');
        try {
            if (dot > 0) {
                return new SessionTicket(
                        Long.parseLong(text.substring(0, dot), 16), Long.parseLong(text.substring(dot + 1)));
            }
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("expected <hex lease>.<epoch>, got " + text, notANumber);
        }
        throw new IllegalArgumentException("expected <hex lease>.<epoch>, got " + text);
    }

    /** One line of printable characters. */
    @Override
    public String toString() {
        return Long.toHexString(leaseId) + "." + epoch;
    }
}
