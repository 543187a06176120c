package io.leasehold.server.replica;

import io.leasehold.protocol.ByteSequence;
import io.leasehold.protocol.ErrorCode;
import io.leasehold.statemachine.Proposal;
import java.util.List;

/** What members say to each other on behalf of clients. Any of it may be lost; nothing of it is trusted twice. */
sealed interface PeerMessage {

    /** Commands for the leader to put into the log; it says nothing of those that get there. */
    record Forward(List<Long> sequences, List<Proposal> proposals) implements PeerMessage {
        public Forward {
            sequences = List.copyOf(sequences);
            proposals = List.copyOf(proposals);
        }
    }

    /** A forwarded command did not get into the log, or nobody knows. */
    record Refused(long sequence, ErrorCode code) implements PeerMessage {}

    /** Questions that the leader alone can answer. */
    record Ask(List<Question> questions) implements PeerMessage {
        public Ask {
            questions = List.copyOf(questions);
        }
    }

    /** Answers, in no order. */
    record Answers(List<Answer> answers) implements PeerMessage {
        public Answers {
            answers = List.copyOf(answers);
        }
    }

    /** A question for a page of the list of leases, in the services' own form; it goes alone. */
    record AskPage(long number, ByteSequence question) implements PeerMessage {}

    /** The page that was asked for, in the services' own form. */
    record GivePage(long number, ByteSequence page) implements PeerMessage {}

    /**
     * One question.
     *
     * @param number chosen by who asks
     * @param leaseId 0 when it is not about a lease
     */
    record Question(long number, Kind kind, long leaseId) {}

    /** What can be asked. */
    enum Kind {
        /** Up to where must be applied what a linearizable read sees? */
        READ(1),
        /** Renew a lease. */
        RENEW(2),
        /** How long has a lease to live? */
        REMAINING(3),
        /** Has a learner, whose id stands for the lease's, nearly all that the leader has? */
        LEVEL(4),
        /** Which leases are there, with their times? In an {@link AskPage}. */
        PAGE(5);

        final byte code;

        Kind(int code) {
            this.code = (byte) code;
        }
    }

    /** An answer to the question of that number. */
    record Answer(long number, Reply reply) {}

    /** What is answered. */
    sealed interface Reply {
        /** A read may be answered when this index is applied. */
        record ReadAt(long index) implements Reply {}

        /** The lease was renewed for so long; 0 when there is no such lease. */
        record Renewed(long ttlMillis) implements Reply {}

        /** The lease has so long to live. */
        record Remaining(long remainingSeconds, long grantedSeconds) implements Reply {}

        /** There is no such lease. */
        record UnknownLease() implements Reply {}

        /** Whether the learner is level. */
        record Level(boolean level) implements Reply {}

        /** A page of the list of leases; in a {@link GivePage}. */
        record Page(ByteSequence page) implements Reply {}

        /** The asked one does not lead, or not for sure: ask again. */
        record NotLeading() implements Reply {}

        /** Too much is asked. */
        record Overloaded() implements Reply {}
    }
}
