package io.leasehold.server.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.leasehold.v1.ListLeasesRequest;
import io.leasehold.protocol.leasehold.v1.ListLeasesResponse;
import io.leasehold.server.replica.LeaseDirectory;
import io.leasehold.server.replica.Replica;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Lists leases for clients of any member: the leader alone knows what is left of them, so another member has the leader make
 * the page, and passes it on. Who may see it is decided where the client is. Any thread.
 *
 * <p>Between members a question is the client's request; a page is a byte, gRPC's code, and the response or the text of the
 * error behind it.
 */
final class LeaseLists {
    /** What a message between members always has room for, whatever the limit of requests. */
    private static final int PASSED_BYTES_MAX = 2 << 20;

    private final Gate gate;
    private final Replica replica;
    private final Headers headers;
    private final LeasePages pages;
    private final Executor slowReads;

    /** Lists leases, for other members' clients too from here on. */
    LeaseLists(Gate gate, Headers headers) {
        this.gate = gate;
        this.replica = gate.replica();
        this.headers = headers;
        this.pages = new LeasePages(gate, headers);
        this.slowReads = gate.slowReads();
        replica.leaseDirectory().servePages(this::serve);
    }

    void list(ListLeasesRequest request, UnaryCall<ListLeasesRequest, ListLeasesResponse> call) {
        Optional<Status> wrong = LeasePages.check(request);
        if (wrong.isPresent()) {
            call.refuse(wrong.get());
            return;
        }
        call.access(gate).seeAllLeases(call.executor(), () -> listAll(request, call), code -> call.refuse(code));
    }

    private void listAll(ListLeasesRequest request, UnaryCall<ListLeasesRequest, ListLeasesResponse> call) {
        pages.page(request, call.executor(), answer -> {
            switch (answer) {
                case LeasePages.Answer.Page page -> call.reply(page.response());
                case LeasePages.Answer.Refused refused -> call.refuse(refused.status());
                case LeasePages.Answer.NotLeading notLeading -> askLeader(request, call);
            }
        });
    }

    private void askLeader(ListLeasesRequest request, UnaryCall<ListLeasesRequest, ListLeasesResponse> call) {
        ByteSequence question = ByteSequence.wrap(request.toByteArray());
        replica.leaseDirectory().pageOfLeader(question, call.executor(), answer -> {
            switch (answer) {
                case LeaseDirectory.Page.Given given -> pass(given.page().asReadOnlyBuffer(), call);
                case LeaseDirectory.Page.Failed failed -> call.refuse(failed.code());
            }
        });
    }

    private void pass(ByteBuffer page, UnaryCall<ListLeasesRequest, ListLeasesResponse> call) {
        Status status = Status.fromCodeValue(page.get());
        if (!status.isOk()) {
            call.refuse(
                    status.withDescription(StandardCharsets.UTF_8.decode(page).toString()));
            return;
        }
        try {
            ListLeasesResponse response = ListLeasesResponse.parseFrom(page);
            long revision = response.getHeader().getRevision();
            call.reply(response.toBuilder().setHeader(headers.message(revision)).build());
        } catch (InvalidProtocolBufferException malformed) {
            call.refuse(Status.INTERNAL.withDescription("leasehold: the leader's page cannot be read"));
        }
    }

    /** Makes a page for another member. */
    private void serve(ByteSequence question, Consumer<Optional<ByteSequence>> listener) {
        ListLeasesRequest request;
        try {
            request = ListLeasesRequest.parseFrom(question.asReadOnlyBuffer());
        } catch (InvalidProtocolBufferException malformed) {
            listener.accept(
                    Optional.of(refusal(Status.INTERNAL.withDescription("leasehold: the question for a page"))));
            return;
        }
        pages.page(request, slowReads, answer -> {
            switch (answer) {
                case LeasePages.Answer.Page page -> listener.accept(Optional.of(bytes(page.response())));
                case LeasePages.Answer.Refused refused -> listener.accept(Optional.of(refusal(refused.status())));
                case LeasePages.Answer.NotLeading notLeading -> listener.accept(Optional.empty());
            }
        });
    }

    private static ByteSequence bytes(ListLeasesResponse response) {
        return response.getSerializedSize() > PASSED_BYTES_MAX
                ? refusal(Status.RESOURCE_EXHAUSTED.withDescription(
                        "leasehold: the page is too large to be passed on; ask for fewer leases, or ask the leader"))
                : bytes(Status.OK, response.toByteArray());
    }

    private static ByteSequence refusal(Status status) {
        String text = String.valueOf(status.getDescription());
        return bytes(status, text.getBytes(StandardCharsets.UTF_8));
    }

    private static ByteSequence bytes(Status status, byte[] body) {
        byte[] whole = ByteBuffer.allocate(1 + body.length)
                .put((byte) status.getCode().value())
                .put(body)
                .array();
        return ByteSequence.wrap(whole);
    }
}
