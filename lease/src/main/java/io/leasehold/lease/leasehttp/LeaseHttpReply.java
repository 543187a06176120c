package io.leasehold.lease.leasehttp;

import io.leasehold.protocol.ByteSequence;

/**
 * One HTTP answer, to be sent as it is.
 *
 * @param contentType the value of the header
 */
public record LeaseHttpReply(int status, String contentType, ByteSequence body) {
    /** An error in plain text, ended by a line break as Go's servers do it. */
    static LeaseHttpReply error(int status, String text) {
        return new LeaseHttpReply(status, "text/plain; charset=utf-8", ByteSequence.utf8(text + "\n"));
    }

    /** The answer to a body above {@link LeaseHttp#REQUEST_BYTES_MAX}, for servers that stop reading there. */
    public static LeaseHttpReply bodyTooLarge() {
        return error(413, "http: request body too large");
    }
}
