package io.leasehold.server.replica.lease;

import java.util.function.Consumer;

/** Both ends of a proposal as one call: true for applied, false for refused. */
record ProposalEnd(Consumer<Boolean> end) implements LeaseProposals.Listener {
    @Override
    public void applied() {
        end.accept(true);
    }

    @Override
    public void refused() {
        end.accept(false);
    }
}
