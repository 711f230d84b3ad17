package io.pipeforce.dev;

import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.dev.child.Rehearsal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The AOT cache (JEP 483, JEP 514) of a service's libraries, by which a new version of the service
 * starts in a fraction of the time. Made once for each set of libraries, in the background, by
 * rehearsing on a broker of its own; a service runs without it just as well.
 */
final class StartCache implements AutoCloseable {
  private final Launcher launcher;
  private final Path folder;
  private final Path file;
  private @Nullable Process rehearsal;
  private boolean closed;

  StartCache(Launcher launcher, Path folder) {
    this.launcher = launcher;
    this.folder = folder;
    this.file = folder.resolve("start-" + key() + ".aot");
  }

  /** The JVM options that use the cache; none as long as there is no cache. */
  List<String> options() {
    return Files.exists(file) ? List.of("-XX:AOTCache=" + file) : List.of();
  }

  /** Makes the cache in the background unless it is there. */
  void prepare() {
    if (!Files.exists(file)) {
      Thread.ofVirtual().name("pi-start-cache").start(this::make);
    }
  }

  private String key() {
    return Fingerprint.of(launcher.jars()).digest() + "-" + Runtime.version().feature();
  }

  private void make() {
    Path fresh = folder.resolve(file.getFileName() + ".tmp");
    try (Broker broker = Broker.start(BrokerOptions.local().withPort(0).withManagementPort(0))) {
      deleteOldOnes();
      List<String> command =
          launcher.command(
              Rehearsal.class, List.of("-XX:AOTCacheOutput=" + fresh.toAbsolutePath()), List.of());
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.redirectOutput(folder.resolve("start-cache.log").toFile());
      builder
          .environment()
          .putAll(
              Map.of(
                  "PIPEFORCE_SERVICE", "rehearsal",
                  "PIPEFORCE_NAMESPACE", "local",
                  "PIPEFORCE_MESSAGE_BROKER", broker.uri().toString(),
                  "PIPEFORCE_HEALTH_PORT", "0"));
      Process process = start(builder);
      if (process.waitFor() == 0 && Files.exists(fresh)) {
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException | InterruptedException e) {
      // Services start more slowly, that is all; the log says why.
    }
  }

  private synchronized Process start(ProcessBuilder builder) throws IOException {
    if (closed) {
      throw new IOException("pi dev ends");
    }
    Process started = builder.start();
    rehearsal = started;
    return started;
  }

  private void deleteOldOnes() throws IOException {
    List<Path> old = new ArrayList<>();
    try (var files = Files.newDirectoryStream(folder, "start-*.aot*")) {
      files.forEach(old::add);
    }
    for (Path one : old) {
      Files.deleteIfExists(one);
    }
  }

  /** Stops a rehearsal that is under way. */
  @Override
  public synchronized void close() {
    closed = true;
    if (rehearsal != null) {
      rehearsal.destroyForcibly();
    }
  }
}
