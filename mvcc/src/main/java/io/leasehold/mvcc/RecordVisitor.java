package io.leasehold.mvcc;

import java.io.IOException;

/** Receives records one after the other. */
@FunctionalInterface
public interface RecordVisitor {
    /** Called on the thread that asked; what it throws ends the walk and is passed on. */
    void visit(KeyValueRecord record) throws IOException;
}
