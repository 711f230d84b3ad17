package io.pipeforce.dev;

import io.pipeforce.cli.CommandFailedException;
import io.pipeforce.cli.ExitCode;
import io.pipeforce.cli.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Says that a port is taken before anything is started, and who has it. */
final class FreePorts {
  private FreePorts() {}

  /**
   * @param ports by the option that names each
   */
  static void require(Map<String, Integer> ports) {
    List<String> problems = new ArrayList<>();
    new TreeMap<>(ports).forEach((option, port) -> problem(option, port, problems));
    report(problems);
  }

  private static void report(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new CommandFailedException(
          ExitCode.MISSING, String.join(System.lineSeparator() + "pi: ", problems));
    }
  }

  private static void problem(String option, int port, List<String> problems) {
    if (port != 0 && !Ports.isFree(port)) {
      problems.add(taken(option, port));
    }
  }

  static String taken(String option, int port) {
    return "port "
        + port
        + " is taken by "
        + Ports.holder(port).orElse("a process of another user")
        + "; stop it, or choose another with "
        + option
        + " (0 is any free one)";
  }
}
