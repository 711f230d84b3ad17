package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.platform.Workload;
import io.pipeforce.image.ImageConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a process is started.
 *
 * @param command what is run, with its arguments
 * @param environment all its variables
 * @param directory where
 */
record Launch(List<String> command, Map<String, String> environment, Path directory) {
  /** The machine's own programs: those of an image would need the image's own C library. */
  private static final List<String> OF_THE_MACHINE =
      List.of("/bin", "/sbin", "/usr", "/lib", "/lib64", "/etc", "/proc", "/sys", "/dev", "/tmp");

  /**
   * The command by the rules of Kubernetes: a command replaces entry point and arguments of the
   * image, arguments alone replace its arguments.
   */
  static List<String> command(ImageConfig image, Workload workload) {
    List<String> command = workload.commandWords();
    List<String> args = workload.args();
    List<String> all = new ArrayList<>(command.isEmpty() ? image.entrypoint() : command);
    all.addAll(args.isEmpty() && command.isEmpty() ? image.command() : args);
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          "the image has no entry point and no command; give one by the parameter 'command'");
    }
    return all;
  }

  /**
   * Makes it fit for this machine: paths of the image become those where its files are.
   *
   * @param environment its variables; those of the machine that it needs are added
   */
  static Launch of(
      List<String> command,
      Map<String, String> environment,
      InstanceRoot root,
      Map<String, String> machine) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String name : List.of("HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER")) {
      Optional.ofNullable(machine.get(name)).ifPresent(value -> all.put(name, value));
    }
    environment.forEach((name, value) -> all.put(name, mapped(value, root)));
    Path java = Path.of(System.getProperty("java.home"));
    Path given = Path.of(all.getOrDefault("JAVA_HOME", ""));
    if (!Files.isExecutable(given.resolve("bin").resolve("java"))) {
      all.put("JAVA_HOME", java.toString());
    }
    String path = all.getOrDefault("PATH", "");
    all.put(
        "PATH",
        (path.isEmpty() ? "" : path + ":")
            + Path.of(all.get("JAVA_HOME"), "bin")
            + ":"
            + machine.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"));
    return new Launch(
        command.stream().map(word -> mapped(word, root)).toList(),
        Map.copyOf(all),
        root.workingDirectory());
  }

  /** Each path in a list of paths, as PATH is one. */
  private static String mapped(String value, InstanceRoot root) {
    if (!value.contains("/") || value.contains("://")) {
      return value;
    }
    return List.of(value.split(":", -1)).stream()
        .map(part ->
            part.startsWith("/") && OF_THE_MACHINE.stream().noneMatch(each -> isBelow(part, each))
                ? root.find(part).map(Path::toString).orElse(part)
                : part)
        .collect(Collectors.joining(":"));
  }

  static boolean isBelow(String path, String folder) {
    return path.equals(folder) || path.startsWith(folder.endsWith("/") ? folder : folder + "/");
  }
}
