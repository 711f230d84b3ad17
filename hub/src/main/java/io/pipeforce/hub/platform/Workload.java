package io.pipeforce.hub.platform;

import java.util.List;
import java.util.Map;

/**
 * What is run of an image, and how; the same for services and jobs.
 *
 * @param image its name
 * @param pullPolicy when it is fetched
 * @param env variables besides those of the image
 * @param command in place of the image's entry point; empty: the image's own
 * @param args in place of the image's arguments; empty: its own, unless there is a command
 */
public record Workload(
    String image,
    PullPolicy pullPolicy,
    Map<String, String> env,
    List<String> command,
    List<String> args) {
  public Workload {
    if (image.isBlank()) {
      throw new IllegalArgumentException("image must not be empty");
    }
    env.keySet().forEach(Names::variable);
    env = Map.copyOf(env);
    command = List.copyOf(command);
    args = List.copyOf(args);
  }

  /** The command; a single text with spaces is a line for the shell. */
  public List<String> commandWords() {
    return command.size() == 1 && command.getFirst().strip().contains(" ")
        ? List.of("/bin/sh", "-c", command.getFirst())
        : command;
  }

  /** Without the values of variables, which may be secrets. */
  @Override
  public String toString() {
    return "Workload[" + image + ", env " + env.keySet() + "]";
  }
}
