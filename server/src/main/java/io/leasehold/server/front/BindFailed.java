package io.leasehold.server.front;

import io.leasehold.server.config.ListenUrl;
import io.leasehold.server.config.StartRefused;

/** A port could not be opened: the address is taken, not ours, or not permitted. */
public final class BindFailed extends StartRefused {
    private static final long serialVersionUID = 1;

    /** {@code flag} is the one to choose another address with, without its dashes. */
    BindFailed(ListenUrl url, String flag, Throwable cause) {
        super(
                "cannot listen on " + url + ": " + reason(cause) + " (choose another address with --" + flag + ")",
                cause);
    }

    /** Netty's native transport wraps errno in words of its own; the last part is the system's. */
    private static String reason(Throwable cause) {
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        if (message.contains("Address already in use")) {
            return "address already in use";
        }
        return message.substring(message.lastIndexOf("failed: ") < 0 ? 0 : message.lastIndexOf("failed: ") + 8);
    }
}
