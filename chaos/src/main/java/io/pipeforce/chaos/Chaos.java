package io.pipeforce.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;

/** The program: {@code chaos/run --help}. */
public final class Chaos {
  private Chaos() {}

  /** Runs once and ends with the exit code that tells the verdict. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0 && arguments[0].endsWith("help")) {
      System.out.print(Options.USAGE);
      return;
    }
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println("chaos/run: " + e.getMessage());
      System.err.print(Options.USAGE);
      System.exit(2);
      return;
    }
    System.exit(run(options, Path.of(System.getProperty("pi.home", "."))) ? 0 : 1);
  }

  private static boolean run(Options options, Path clone)
      throws IOException, InterruptedException, TimeoutException {
    Path folder =
        Files.createDirectories(clone.resolve(".pi/chaos"))
            .resolve(options.broker() + "-" + options.seed() + "-" + System.currentTimeMillis());
    Files.createDirectories(folder);
    System.out.println(options.command());
    System.out.println("journals and logs: " + folder.toAbsolutePath().normalize());
    try (BrokerControl broker = broker(options.broker(), clone, folder)) {
      Result result = new Run(options, broker, folder, System.out::println).run();
      String report = Report.of(result);
      System.out.println(report);
      if (options.report().isPresent()) {
        Files.writeString(options.report().get(), report);
      }
      return result.good();
    }
  }

  static BrokerControl broker(String name, Path clone, Path folder)
      throws IOException, InterruptedException, TimeoutException {
    return switch (name) {
      case "dev" -> DevBroker.inMemory(folder);
      case DevBroker.DATA -> DevBroker.withData(folder);
      default -> new RabbitBroker(clone, name);
    };
  }
}
