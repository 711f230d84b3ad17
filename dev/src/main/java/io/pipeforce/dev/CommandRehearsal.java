package io.pipeforce.dev;

import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.cli.BrokerChoice;
import io.pipeforce.cli.Pi;
import io.pipeforce.hub.HubAddress;
import io.pipeforce.hub.platform.local.LocalPlatform.AtClose;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * Does once what {@code pi dev} and {@code pi send} do, so that JVMs can record AOT caches for
 * them. The script {@code pi} runs this in the background, with {@code -XX:AOTCacheOutput} for the
 * cache of {@code pi dev}, which is this process.
 */
final class CommandRehearsal {
  private CommandRehearsal() {}

  /**
   * Rehearses.
   *
   * @param args the folder with {@code pi}'s jars, and the file to write {@code pi send}'s cache to
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Logging.off();
    Path libraries = Path.of(args[0]);
    Path cache = Path.of(args[1]);
    Path scratch = Files.createTempDirectory("pi-rehearsal");
    try (Broker broker = Broker.start(BrokerOptions.local().withPort(0).withManagementPort(0))) {
      help();
      hub(broker.uri(), broker.managementUri().orElseThrow(), scratch);
      send(libraries, cache, broker.uri().toString());
      compile(libraries, scratch);
    } finally {
      SourceCompiler.delete(scratch);
    }
    System.exit(0);
  }

  private static void help() {
    CommandLine pi = Pi.commandLine(PiDev.commands());
    pi.setOut(new PrintWriter(new StringWriter()));
    pi.execute("dev", "--help");
  }

  private static void hub(URI broker, URI management, Path scratch) throws IOException {
    BrokerChoice choice = BrokerChoice.of(broker.toString(), Map.of(), Optional.empty());
    LocalHub.start(HubAddress.local(0), choice, management, scratch.resolve("hub"), AtClose.END)
        .hub()
        .close();
  }

  private static void send(Path libraries, Path cache, String broker)
      throws IOException, InterruptedException {
    Path fresh = cache.resolveSibling(cache.getFileName() + ".tmp");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(Launcher.QUICK_START);
    command.addAll(
        List.of(
            "-XX:AOTCacheOutput=" + fresh,
            "-Xlog:disable",
            "-Xlog:all=error:stderr",
            "-cp",
            jar(libraries, "pipeforce-cli-").toString(),
            Pi.class.getName(),
            "send",
            "pi.rehearsal",
            "{\"hello\":\"world\"}",
            "--header",
            "hello=world",
            "--broker",
            broker));
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (process.waitFor() == 0 && Files.exists(fresh)) {
      Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void compile(Path libraries, Path scratch) throws IOException {
    ServiceProject project = new ServiceProject(scratch, "rehearsal");
    Path source = project.sources().resolve("service/Rehearsal.java");
    Files.createDirectories(source.resolveSibling(""));
    Files.writeString(
        source,
        """
        package service;

        import io.pipeforce.BaseService;
        import io.pipeforce.Event;

        public class Rehearsal extends BaseService {
          @Event("pi.rehearsal.*")
          public void greeting(String body) {
            System.out.println(body);
          }
        }
        """);
    List<Path> jars;
    try (Stream<Path> files = Files.list(libraries)) {
      jars = files.toList();
    }
    ClassPath classPath = new ClassPath(jars);
    new SourceCompiler(project, new PrintWriter(System.err, true, StandardCharsets.UTF_8))
        .compile(classPath);
    Launcher.in(project.workFolder(), classPath);
  }

  private static Path jar(Path libraries, String begin) throws IOException {
    try (Stream<Path> files = Files.list(libraries)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(begin))
          .findFirst()
          .orElseThrow();
    }
  }
}
