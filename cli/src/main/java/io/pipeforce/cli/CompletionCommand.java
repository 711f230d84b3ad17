package io.pipeforce.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code pi completion}: the script that completes pi's commands and options in a shell. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Prints the script by which bash and zsh complete pi's commands and options.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(pi completion)                                  in ~/.bashrc",
      "  autoload -U compinit; compinit; source <(pi completion)  in ~/.zshrc"
    })
final class CompletionCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().getOut().println(AutoComplete.bash("pi", spec.root().commandLine()));
    return ExitCode.DONE.code();
  }
}
