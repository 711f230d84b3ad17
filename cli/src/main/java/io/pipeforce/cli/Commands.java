package io.pipeforce.cli;

import java.util.List;

/** The commands of this module, in the order of the help. */
public final class Commands {
  private Commands() {}

  /** All of them. */
  public static List<Object> all() {
    return List.of(
        new SendCommand(),
        new HubCallCommand(),
        new PipelineCommand(),
        new LogsCommand(),
        new LoginCommand(),
        new NewCommand(),
        new TestCommand(),
        new DoctorCommand(),
        new CompletionCommand());
  }
}
