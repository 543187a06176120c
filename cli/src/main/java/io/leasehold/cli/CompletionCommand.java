package io.leasehold.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code completion}: a script that completes commands and flags. */
@Command(
        name = "completion",
        description = "print a script that completes commands in a shell",
        footer = {"", "  source <(leaseholdctl completion bash)"})
final class CompletionCommand implements Runnable {
    private final Ctl ctl;

    @Parameters(paramLabel = "bash|zsh", description = "the shell")
    private String shell = "";

    CompletionCommand(Ctl ctl) {
        this.ctl = ctl;
    }

    @Override
    public void run() {
        switch (shell) {
            case "bash", "zsh" -> ctl.output().line(Commands.completion(ctl));
            default ->
                throw new CtlException(
                        CtlException.Code.BAD_ARGUMENTS, "completion: expected bash or zsh, got \"" + shell + "\"");
        }
    }
}
