package io.leasehold.lease.leasehttp;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.leasehold.lease.lessor.Answer;
import io.leasehold.lease.lessor.LessorError;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveRequest;
import io.leasehold.protocol.etcdserverpb.LeaseKeepAliveResponse;
import io.leasehold.protocol.etcdserverpb.LeaseTimeToLiveRequest;
import io.leasehold.protocol.leasepb.LeaseInternalRequest;
import io.leasehold.protocol.leasepb.LeaseInternalResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Asks another member about leases over lease HTTP, Leasehold's or etcd's (its peer port). Blocks; any thread.
 *
 * <p>Every method throws {@link LeaseHttpTimeoutException} when the member lags behind its log, {@link
 * java.net.http.HttpTimeoutException} when it does not answer in time, and IOException with its text when it refuses
 * otherwise, is not reached or answers what is not the answer.
 */
public final class LeaseHttpClient {
    /** The largest answer read: a lease with all its keys; etcd's bound. */
    private static final int ANSWER_BYTES_MAX = 100 << 20;

    /** Of an error only what is worth showing. */
    private static final int ERROR_BYTES_MAX = 1_024;

    private final HttpClient http;
    private final Duration timeout;

    /**
     * A client.
     *
     * @param http carries the requests; make it one that does not follow redirects
     * @param timeout for each request as a whole, from connecting to the answer's headers
     */
    public LeaseHttpClient(HttpClient http, Duration timeout) {
        this.http = http;
        this.timeout = timeout;
    }

    /**
     * Renews a lease.
     *
     * @param url the member's URL up to the path, or with {@link LeaseHttp#RENEW_PATH}
     * @return its TTL in seconds, or LEASE_NOT_FOUND
     */
    public Answer<Long> renewHttp(URI url, long leaseId) throws IOException, InterruptedException {
        MessageLite request = LeaseKeepAliveRequest.newBuilder().setID(leaseId).build();
        Answer<byte[]> answer = post(url.resolve(LeaseHttp.RENEW_PATH), request);
        return switch (answer) {
            case Answer.Refused<byte[]> refused -> new Answer.Refused<>(refused.error());
            case Answer.Done<byte[]> done -> {
                LeaseKeepAliveResponse response = parsed(LeaseKeepAliveResponse::parseFrom, done.value());
                checkId(leaseId, response.getID());
                yield new Answer.Done<>(response.getTTL());
            }
        };
    }

    /**
     * Asks how long a lease has to live; does not renew it.
     *
     * @param url the member's URL up to the path, or with {@link LeaseHttp#INTERNAL_PATH}
     * @param keys whether the attached keys are wanted
     * @return what the member says, or LEASE_NOT_FOUND
     */
    public Answer<LeaseInternalResponse> timeToLiveHttp(URI url, long leaseId, boolean keys)
            throws IOException, InterruptedException {
        MessageLite request = LeaseInternalRequest.newBuilder()
                .setLeaseTimeToLiveRequest(
                        LeaseTimeToLiveRequest.newBuilder().setID(leaseId).setKeys(keys))
                .build();
        Answer<byte[]> answer = post(url.resolve(LeaseHttp.INTERNAL_PATH), request);
        return switch (answer) {
            case Answer.Refused<byte[]> refused -> new Answer.Refused<>(refused.error());
            case Answer.Done<byte[]> done -> {
                LeaseInternalResponse response = parsed(LeaseInternalResponse::parseFrom, done.value());
                checkId(leaseId, response.getLeaseTimeToLiveResponse().getID());
                yield new Answer.Done<>(response);
            }
        };
    }

    private Answer<byte[]> post(URI url, MessageLite message) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("Content-Type", LeaseHttp.CONTENT_TYPE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(message.toByteArray()))
                .build();
        HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
        try (InputStream in = response.body()) {
            return switch (response.statusCode()) {
                case 200 -> new Answer.Done<>(whole(in, url));
                case 404 -> new Answer.Refused<>(LessorError.LEASE_NOT_FOUND);
                case 408 -> throw new LeaseHttpTimeoutException(text(in));
                default -> throw new IOException(url + " answered " + response.statusCode() + ": " + text(in));
            };
        }
    }

    private static byte[] whole(InputStream in, URI url) throws IOException {
        byte[] body = in.readNBytes(ANSWER_BYTES_MAX);
        if (in.read() >= 0) {
            throw new IOException(url + " answered more than " + ANSWER_BYTES_MAX + " bytes");
        }
        return body;
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readNBytes(ERROR_BYTES_MAX), StandardCharsets.UTF_8).strip();
    }

    private interface Parse<T> {
        T from(byte[] bytes) throws InvalidProtocolBufferException;
    }

    private static <T> T parsed(Parse<T> parse, byte[] body) throws IOException {
        try {
            return parse.from(body);
        } catch (InvalidProtocolBufferException malformed) {
            throw new IOException("the answer is not the message expected", malformed);
        }
    }

    private static void checkId(long asked, long answered) throws IOException {
        if (asked != answered) {
            throw new IOException("asked for lease " + asked + ", was answered for " + answered);
        }
    }
}
