package io.pipeforce.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code pi doctor}: what is missing on this machine, and the command that fixes it. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Says what this machine has and lacks for developing and for the full tests,",
      "each with the command that fixes it."
    },
    footerHeading = "%nExit codes:%n",
    footer = "  0 all that is needed is there, 1 something is missing.")
final class DoctorCommand implements Callable<Integer> {
  private static final Pattern MAVEN =
      Pattern.compile("Apache Maven (\\d+)\\.(\\d+)[0-9A-Za-z.-]*");

  /** How a finding weighs. */
  private enum Verdict {
    OK("ok      "),
    /** Good to have: for the full tests, or when the default ports shall be used. */
    ABSENT("absent  "),
    /** Needed. */
    MISSING("MISSING ");

    private final String label;

    Verdict(String label) {
      this.label = label;
    }
  }

  private record Finding(Verdict verdict, String what, String detail, Optional<String> remedy) {}

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    List<Finding> findings = new ArrayList<>();
    findings.add(jdk());
    findings.add(maven());
    findings.add(needed("git", "git", "sudo apt-get install git"));
    findings.add(port(5672, "the broker of pi dev", "--broker-port"));
    findings.add(port(15672, "its management API", "--management-port"));
    findings.add(port(8080, "the hub", "--port"));
    findings.add(
        forFullTests(
            "RabbitMQ 3.10",
            "sudo apt-get install rabbitmq-server",
            "rabbitmq-server",
            "/usr/lib/rabbitmq/bin/rabbitmq-server"));
    findings.add(
        forFullTests(
            "mmdebstrap (for RabbitMQ 4)", "sudo apt-get install mmdebstrap", "mmdebstrap"));
    findings.add(
        forFullTests(
            "Python's pika",
            "sudo apt-get install python3-pika",
            "/usr/lib/python3/dist-packages/pika"));
    findings.add(forFullTests("Chromium", "sudo apt-get install chromium", "chromium"));
    findings.add(
        forFullTests("podman or docker", "sudo apt-get install podman", "podman", "docker"));
    PrintWriter out = spec.commandLine().getOut();
    findings.forEach(finding -> print(out, finding));
    boolean missing = findings.stream().anyMatch(one -> one.verdict() == Verdict.MISSING);
    return (missing ? ExitCode.FAILED : ExitCode.DONE).code();
  }

  private static void print(PrintWriter out, Finding finding) {
    out.println(finding.verdict().label + finding.what() + ": " + finding.detail());
    finding.remedy().ifPresent(remedy -> out.println("        -> " + remedy));
  }

  private static Finding jdk() {
    String home = System.getProperty("java.home", "");
    boolean compiler = Files.isExecutable(Path.of(home, "bin", "javac"));
    return compiler
        ? new Finding(
            Verdict.OK, "JDK", Runtime.version().feature() + " in " + home, Optional.empty())
        : new Finding(
            Verdict.MISSING,
            "JDK",
            home + " is a runtime without a compiler",
            Optional.of("install a whole JDK 25, for example Temurin's package temurin-25-jdk"));
  }

  private static Finding maven() {
    String remedy = "sudo apt-get install maven";
    String answer = output("mvn", "--version");
    Matcher version = MAVEN.matcher(answer);
    if (!version.find()) {
      return new Finding(Verdict.MISSING, "Maven", "no mvn on the PATH", Optional.of(remedy));
    }
    int major = Integer.parseInt(version.group(1));
    int minor = Integer.parseInt(version.group(2));
    boolean good = major > 3 || (major == 3 && minor >= 8);
    return good
        ? new Finding(Verdict.OK, "Maven", version.group(), Optional.empty())
        : new Finding(
            Verdict.MISSING, "Maven", version.group() + " is older than 3.8", Optional.of(remedy));
  }

  private static Finding needed(String what, String program, String remedy) {
    return find(program)
        .map(path -> new Finding(Verdict.OK, what, path.toString(), Optional.empty()))
        .orElseGet(
            () -> new Finding(Verdict.MISSING, what, "not on the PATH", Optional.of(remedy)));
  }

  /** Whether one of these programs (by name) or files (by path) is there. */
  private static Finding forFullTests(String what, String remedy, String... candidates) {
    return Arrays.stream(candidates)
        .map(DoctorCommand::find)
        .flatMap(Optional::stream)
        .findFirst()
        .map(path -> new Finding(Verdict.OK, what, path.toString(), Optional.empty()))
        .orElseGet(() ->
            new Finding(Verdict.ABSENT, what, "only the full tests need it", Optional.of(remedy)));
  }

  private static Finding port(int port, String purpose, String option) {
    String what = "port " + port + " (" + purpose + ")";
    if (Ports.isFree(port)) {
      return new Finding(Verdict.OK, what, "free", Optional.empty());
    }
    return new Finding(
        Verdict.ABSENT,
        what,
        "taken by " + Ports.holder(port).orElse("a process of another user"),
        Optional.of("stop it, or choose another port with pi dev " + option + " PORT"));
  }

  private static Optional<Path> find(String program) {
    if (program.startsWith("/")) {
      return Optional.of(Path.of(program)).filter(Files::exists);
    }
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return Arrays.stream(path.split(":", -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static String output(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      @Nullable String reason = e.getMessage();
      return Objects.requireNonNullElse(reason, "");
    }
  }
}
