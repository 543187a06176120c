package io.leasehold.cli;

import java.util.List;

/** What a command does, once its flags are read. */
@FunctionalInterface
public interface Action {
    /**
     * Does it; the command ends when this returns.
     *
     * @param arguments what is left of the command line without flags
     * @throws CtlException if it cannot be done
     */
    void run(List<String> arguments);
}
