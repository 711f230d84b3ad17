package io.pipeforce.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pi new}: a service project of one's own. */
@Command(
    name = "new",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Makes a service project in the folder ./NAME: a handler, its tests, a linter,",
      "scripts, a Dockerfile and a README. It builds on its own with mvn verify."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pi new order-service && cd order-service && pi dev",
      "",
      "Exit codes: 0 made, 1 the folder could not be written, 2 the name is bad or taken."
    })
final class NewCommand implements Callable<Integer> {
  /** A DNS label, since a service is reached by its name in a cluster (RFC 1035, section 2.3.1). */
  private static final Pattern NAME = Pattern.compile("[a-z]([a-z0-9-]{0,61}[a-z0-9])?");

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      description = "Name of the service and of its folder: small letters, digits and hyphens.")
  private String name = "";

  @Override
  public Integer call() throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw wrong(
          "'"
              + name
              + "' is no name for a service: it begins with a letter and has at most 63 small"
              + " letters, digits and hyphens, for example order-service");
    }
    Path folder = Path.of("").toAbsolutePath().resolve(name);
    if (Files.exists(folder) && !isEmptyFolder(folder)) {
      throw wrong(folder + " exists already and is not empty; choose another name or remove it");
    }
    try {
      ServiceTemplate.copy(home().resolve("template"), folder, name);
    } catch (IOException e) {
      throw new CommandFailedException(
          ExitCode.FAILED, "cannot write " + folder + ": " + e.getMessage(), e);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println("Made the service " + name + " in " + folder + ".");
    out.println("Next:");
    out.println("  cd " + name);
    out.println("  pi dev                                          run it, reloading on change");
    out.println(
        "  pi send some.event.key.x '{\"hello\":\"world\"}'    in a second terminal: send it an"
            + " event");
    out.println("  mvn verify                                      build it and run its tests");
    out.println("The handler is in src/main/java/service/HelloService.java.");
    return ExitCode.DONE.code();
  }

  /** The script says where it is. */
  private static Path home() {
    String home = System.getProperty("pi.home");
    if (home == null) {
      throw new CommandFailedException(
          ExitCode.MISSING, "where the template is, only the script pi knows; run that");
    }
    return Path.of(home);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static boolean isEmptyFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }
}
