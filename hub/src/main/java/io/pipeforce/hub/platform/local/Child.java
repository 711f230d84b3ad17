package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.state.StateFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that goes on when the hub ends, and is found again by its folder. A small shell script
 * is its parent: it keeps the exit code, which nobody else would learn when the hub is away.
 */
final class Child {
  /** What has become of it. */
  sealed interface State {}

  record Running() implements State {}

  /**
   * @param code the exit code; as of a shell, 128 and the number of the signal that ended it
   */
  record Ended(int code) implements State {}

  /** Killed together with its parent, or the machine was started anew: nobody knows. */
  record Vanished() implements State {}

  private static final Logger LOG = LoggerFactory.getLogger(Child.class);
  private static final Duration LONGEST_DEATH = Duration.ofSeconds(5);
  private static final String SCRIPT = "child.sh";
  private static final boolean SESSIONS = Files.isExecutable(Path.of("/usr/bin/setsid"));

  private final Path folder;
  private final ProcessHandle parent;

  private Child(Path folder, ProcessHandle parent) {
    this.folder = folder;
    this.parent = parent;
  }

  /**
   * Starts it.
   *
   * @param folder for its process id and exit code; no other child has it
   * @param log to which its output is appended
   */
  static Child start(Path folder, Launch launch, Path log) {
    try {
      StateFile.folder(folder);
      Files.deleteIfExists(folder.resolve("exit"));
      Files.deleteIfExists(folder.resolve("pid"));
      Path script = folder.resolve(SCRIPT);
      try (InputStream text = Child.class.getResourceAsStream(SCRIPT)) {
        Files.write(script, text.readAllBytes());
      }
      List<String> command = new ArrayList<>();
      if (SESSIONS) {
        // So that signals of the hub's terminal do not reach it.
        command.add("setsid");
      }
      command.addAll(
          List.of("sh", script.toString(), SESSIONS ? "session" : "none", folder.toString()));
      command.addAll(launch.command());
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(launch.directory().toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().clear();
      builder.environment().putAll(launch.environment());
      Process process = builder.start();
      process.getOutputStream().close();
      return new Child(folder, process.toHandle());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + launch.command() + ": " + e.getMessage(), e);
    }
  }

  /** The one that was started in this folder, if it still runs. */
  static Optional<Child> find(Path folder) {
    try {
      long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
      return ProcessHandle.of(pid)
          // Another process may have got the number since.
          .filter(handle ->
              handle
                  .info()
                  .arguments()
                  .filter(arguments -> List.of(arguments).contains(folder.toString()))
                  .isPresent())
          .map(handle -> new Child(folder, handle));
    } catch (NoSuchFileException | NumberFormatException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * How the one in this folder ended, which does not run any more. When its parent was killed, what
   * it has left behind is ended now: nobody else would.
   */
  static State ending(Path folder) {
    try {
      return new Ended(Integer.parseInt(Files.readString(folder.resolve("exit")).strip()));
    } catch (IOException | NumberFormatException _) {
      Leftovers.end(folder);
      return new Vanished();
    }
  }

  State state() {
    // In this order: it leaves the exit code before it goes.
    return parent.isAlive() ? new Running() : ending(folder);
  }

  /** Tells it to end. */
  void terminate() {
    parent.destroy();
  }

  /** Ends it and all that it started; its parent keeps the exit code. */
  void kill() {
    List<ProcessHandle> started = parent.descendants().toList();
    if (started.isEmpty()) {
      parent.destroyForcibly();
    }
    started.forEach(ProcessHandle::destroyForcibly);
  }

  /** Ends it, and answers when it is gone, or does not go. */
  void killAndWait() {
    kill();
    try {
      parent.onExit().get(LONGEST_DEATH.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException _) {
      LOG.warn("Process {} of {} does not end", parent.pid(), folder);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  long pid() {
    return parent.pid();
  }
}
