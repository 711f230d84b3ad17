package io.pipeforce.dev;

import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.dev.child.Rehearsal;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The AOT cache (JEP 483, JEP 514) of an image: recorded by the Java that will run it, with the
 * libraries as they lie in the image, by a rehearsal on a broker of its own; no code of the service
 * runs. It is good for every class path that begins with these libraries, so it changes with them
 * and not with the service.
 *
 * <p>No two recordings are the same, byte for byte. So that two builds are, it is kept in the
 * user's cache folder, by what it depends on.
 */
final class ImageStartCache {
  /** What the image's files have, and what the JVM compares. */
  private static final FileTime TIME = FileTime.from(Instant.ofEpochSecond(1));

  private static final Duration KEPT = Duration.ofDays(30);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path kept;

  /** In the user's cache folder. */
  ImageStartCache(Map<String, String> environment) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    this.kept =
        (cache.isEmpty() ? Path.of(System.getProperty("user.home", ""), ".cache") : Path.of(cache))
            .resolve("pipeforce")
            .resolve("start");
  }

  /**
   * The files of {@code target/start}, by name.
   *
   * @param java folder of the Java that runs the image
   * @throws IOException when it cannot be recorded; the image does without
   */
  Map<String, Path> of(Path java, List<Path> libraries) throws IOException, InterruptedException {
    Files.createDirectories(kept);
    Path folder = kept.resolve(key(java, libraries));
    if (Files.isDirectory(folder)) {
      Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
    } else {
      forget(kept, Instant.now().minus(KEPT));
      record(java, libraries, folder);
    }
    Map<String, Path> files = new TreeMap<>();
    for (String name : List.of("cache.aot", "class-path", "launcher.jar")) {
      files.put(name, folder.resolve(name));
    }
    return files;
  }

  /** Removes what no build has used since then, and what a killed one has left. */
  static void forget(Path kept, Instant since) throws IOException {
    List<Path> old = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(kept, Files::isDirectory)) {
      for (Path folder : folders) {
        if (Files.getLastModifiedTime(folder).toInstant().isBefore(since)) {
          old.add(folder);
        }
      }
    }
    for (Path folder : old) {
      SourceCompiler.delete(folder);
    }
  }

  private String key(Path java, List<Path> libraries) throws IOException {
    try {
      MessageDigest key = MessageDigest.getInstance("SHA-256");
      key.update(Files.readAllBytes(java.resolve("release")));
      key.update(String.join(" ", ServiceImage.JVM_OPTIONS).getBytes(StandardCharsets.UTF_8));
      key.update(Files.readAllBytes(Launcher.jarIn(kept)));
      for (Path library : libraries) {
        key.update(library.getFileName().toString().getBytes(StandardCharsets.UTF_8));
        key.update(Files.readAllBytes(library));
      }
      return HexFormat.of().formatHex(key.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private void record(Path java, List<Path> libraries, Path folder)
      throws IOException, InterruptedException {
    Path scratch = Files.createTempDirectory(kept, ".recording");
    try (Broker broker = Broker.start(BrokerOptions.local().withPort(0).withManagementPort(0))) {
      Path app = scratch.resolve("app");
      Path start = Files.createDirectories(app.resolve("target/start"));
      List<String> classPath = new ArrayList<>();
      Files.createDirectories(app.resolve("target/lib"));
      for (Path library : libraries) {
        classPath.add("target/lib/" + library.getFileName());
        Path copy = app.resolve(classPath.getLast());
        Files.copy(library, copy);
        Files.setLastModifiedTime(copy, TIME);
      }
      Files.setLastModifiedTime(Launcher.jarIn(start), TIME);
      classPath.add("target/start/launcher.jar");
      String text = String.join(File.pathSeparator, classPath);
      Files.writeString(start.resolve("class-path"), text);
      rehearse(java, app, text, broker.uri().toString());
      if (!Files.exists(start.resolve("cache.aot"))) {
        throw new IOException("the rehearsal left no AOT cache");
      }
      move(start, folder);
    } finally {
      SourceCompiler.delete(scratch);
    }
  }

  /** Another build may have been faster; then its recording is the one. */
  private static void move(Path fresh, Path folder) throws IOException {
    try {
      Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  private static void rehearse(Path java, Path app, String classPath, String broker)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(java.resolve("bin/java").toString());
    command.addAll(ServiceImage.JVM_OPTIONS);
    command.addAll(
        List.of(
            "-XX:AOTCacheOutput=target/start/cache.aot",
            "-Xlog:disable",
            "-Xlog:all=error:stderr",
            "-cp",
            classPath,
            Rehearsal.class.getName()));
    Path log = app.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(app.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("PIPEFORCE_"));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder
        .environment()
        .putAll(
            Map.of(
                "PIPEFORCE_SERVICE", "rehearsal",
                "PIPEFORCE_NAMESPACE", "local",
                "PIPEFORCE_MESSAGE_BROKER", broker,
                "PIPEFORCE_HEALTH_PORT", "0"));
    Process process = builder.start();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("the rehearsal failed: " + Files.readString(log).strip());
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
