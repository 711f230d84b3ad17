package io.pipeforce.test.internal;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.opentest4j.TestAbortedException;

/**
 * The real programs that tests run with where they are there: RabbitMQ nodes, other people's
 * clients.
 *
 * <p>A test that needs an absent one is skipped. The environment variable {@code PI_REQUIRE}, a
 * comma-separated list such as {@code rabbitmq-3.10,python3-pika}, turns that into a failure.
 */
public final class RealParts {

  /** Debian's, which sees Debian's packages; another one may come first on the PATH. */
  public static final String PYTHON = "/usr/bin/python3";

  /** podman, buildah and two registries; {@link #containers} tells where. */
  public static final String CONTAINERS = "containers";

  /** A node of Kubernetes that pulls from those registries; {@link #kubernetes} tells where. */
  public static final String KUBERNETES = "kubernetes";

  private final List<Part> parts;
  private final List<String> required;

  /** So long a part may take to come: Kubernetes is built on a new machine. */
  private static final Duration LONGEST_COMING = Duration.ofMinutes(25);

  /**
   * @param coming what makes it present when it ends; empty when nothing does
   */
  record Part(
      String name,
      String remedy,
      BooleanSupplier present,
      Supplier<Optional<ProcessHandle>> coming) {
    Part(String name, String remedy, BooleanSupplier present) {
      this(name, remedy, present, Optional::empty);
    }
  }

  RealParts(List<Part> parts, String required) {
    this.parts = parts;
    this.required =
        List.of(required.split(",", -1)).stream()
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .toList();
  }

  /** The parts of this machine and clone, with what {@code PI_REQUIRE} asks for. */
  public static RealParts here() {
    List<Part> parts = new ArrayList<>();
    for (String broker : RealBrokers.KNOWN) {
      parts.add(new Part(broker, RealBrokers.remedy(broker), () -> RealBrokers.isPresent(broker)));
    }
    parts.add(
        new Part(RealCluster.NAME, RealBrokers.remedy(RealCluster.NAME), RealCluster::isPresent));
    parts.add(debian("python3-pika", PYTHON, "-c", "import pika"));
    parts.add(debian("python3-kombu", PYTHON, "-c", "import kombu"));
    parts.add(debian("python3-celery", PYTHON, "-c", "import celery"));
    parts.add(debian("ruby-bunny", "ruby", "-e", "require 'bunny'"));
    parts.add(debian("amqp-tools", "amqp-consume", "--usage"));
    parts.add(debian("chromium", "chromium", "--version"));
    parts.add(
        new Part(
            "rabbitmqadmin", RealBrokers.remedy("rabbitmq-3.10"), runs("rabbitmqadmin", "--help")));
    parts.add(
        new Part(
            "amqplib",
            "dev/packages",
            () -> amqplib().isPresent() && runs("node", "--version").getAsBoolean()));
    parts.add(new Part(CONTAINERS, "dev/containers up", () -> containers().isPresent()));
    parts.add(
        new Part(
            KUBERNETES,
            "dev/kubernetes up",
            () -> kubernetes().isPresent(),
            RealParts::comingKubernetes));
    return new RealParts(parts, System.getenv().getOrDefault("PI_REQUIRE", ""));
  }

  /** The folder of Node modules with amqplib in it. */
  public static Optional<Path> amqplib() {
    return RealBrokers.inClone(RealBrokers.HERE, ".pi/amqplib/installed")
        .map(installed -> installed.resolveSibling("node_modules"));
  }

  /** What {@code dev/containers up} has written, when its registry answers. */
  public static Optional<Properties> containers() {
    return RealBrokers.inClone(RealBrokers.HERE, ".pi/containers/containers.properties")
        .map(RealParts::read)
        .filter(found -> listens(found.getProperty("open", "")));
  }

  /** What {@code dev/kubernetes up} has written, when its API server answers. */
  public static Optional<Properties> kubernetes() {
    return RealBrokers.inClone(RealBrokers.HERE, ".pi/kubernetes/kubernetes.properties")
        .map(RealParts::read)
        .filter(found -> listens(found.getProperty("api", "")));
  }

  /** A {@code dev/kubernetes up} that is under way. */
  private static Optional<ProcessHandle> comingKubernetes() {
    return RealBrokers.inClone(RealBrokers.HERE, ".pi/kubernetes/coming")
        .flatMap(file -> {
          try {
            return ProcessHandle.of(Long.parseLong(Files.readString(file).strip()));
          } catch (IOException | NumberFormatException _) {
            // It has just ended.
            return Optional.empty();
          }
        });
  }

  private static Properties read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static boolean listens(String address) {
    String[] parts = address.split(":", -1);
    try (Socket socket = new Socket(parts[0], Integer.parseInt(parts[1]))) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** One line that tells which parts are present, and how to get the absent ones. */
  public String describe() {
    String present =
        parts.stream()
            .filter(part -> part.present().getAsBoolean())
            .map(Part::name)
            .collect(Collectors.joining(", "));
    String absent =
        parts.stream()
            .filter(part -> !part.present().getAsBoolean())
            .map(part -> part.name() + " (" + part.remedy() + ")")
            .collect(Collectors.joining(", "));
    return "real parts: "
        + (present.isEmpty() ? "none" : present)
        + (absent.isEmpty() ? "" : "; absent: " + absent);
  }

  /**
   * @throws AssertionError when {@code PI_REQUIRE} names a part that is absent or that no test
   *     knows
   */
  public void checkRequired() {
    List<String> problems = new ArrayList<>();
    for (String name : required) {
      if (parts.stream().noneMatch(part -> part.name().equals(name))) {
        problems.add(
            "PI_REQUIRE names '%s', which no test knows; known are %s"
                .formatted(name, parts.stream().map(Part::name).toList()));
      } else if (part(name).coming().get().isEmpty() && !part(name).present().getAsBoolean()) {
        problems.add(absent(part(name)));
      }
    }
    if (!problems.isEmpty()) {
      throw new AssertionError(String.join(System.lineSeparator(), problems));
    }
  }

  /**
   * Skips the test when the part is absent. Waits for one that is coming.
   *
   * @throws AssertionError instead, when {@code PI_REQUIRE} names it
   */
  public void assume(String name) {
    Part part = part(name);
    part.coming().get().ifPresent(RealParts::awaitEnd);
    if (part.present().getAsBoolean()) {
      return;
    }
    if (isRequired(name)) {
      throw new AssertionError(absent(part));
    }
    throw new TestAbortedException(name + " is absent; run: " + part.remedy());
  }

  private static void awaitEnd(ProcessHandle process) {
    try {
      process.onExit().get(LONGEST_COMING.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("process " + process.pid() + " does not end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  boolean isRequired(String name) {
    return required.contains(name);
  }

  private Part part(String name) {
    return parts.stream()
        .filter(part -> part.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No real part is called " + name));
  }

  private static String absent(Part part) {
    return part.name() + " is required by PI_REQUIRE and absent; run: " + part.remedy();
  }

  private static Part debian(String packageName, String... command) {
    return new Part(packageName, "sudo apt-get install " + packageName, runs(command));
  }

  private static BooleanSupplier runs(String... command) {
    return () -> {
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
      } catch (IOException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    };
  }
}
