package io.pipeforce.dev;

import io.pipeforce.cli.CommandFailedException;
import io.pipeforce.cli.ExitCode;
import io.pipeforce.dev.child.ServiceProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The service under development: compiled, running, and replaced when its sources change. One
 * thread, {@link #run}, takes what happens from a queue and acts on it; the shutdown hook only
 * closes.
 */
final class DevSession implements AutoCloseable {
  private static final Duration DRAIN = Duration.ofSeconds(10);
  private static final Duration FIRST_RESTART = Duration.ofSeconds(1);
  private static final Duration LAST_RESTART = Duration.ofSeconds(30);

  /** What happens to a session. */
  private sealed interface Happening {}

  private record Changed(List<Path> files) implements Happening {}

  private record Ready(ServiceChild child, String about) implements Happening {}

  private record Ended(ServiceChild child, int exit) implements Happening {}

  private record RestartDue(ServiceChild after) implements Happening {}

  private record Failed(RuntimeException cause) implements Happening {}

  private final ServiceProject project;
  private final Map<String, String> environment;
  private final Supplier<String> addresses;
  private final boolean reload;
  private final PrintStream out;
  private final PrintWriter err;
  private final SourceCompiler compiler;
  private final BlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();

  private @Nullable ServiceChild child;
  private @Nullable StartCache cache;
  private Instant changedAt = Instant.now();
  private Duration restart = FIRST_RESTART;
  private boolean announced;

  /** Whether what runs has been ready once: then a crash is a mishap, not a mistake at start. */
  private boolean worked;

  private volatile boolean closed;

  /**
   * A session that has not begun.
   *
   * @param environment what the service gets besides our own environment
   * @param addresses what the line {@code ready:} tells besides the service's own
   */
  DevSession(
      ServiceProject project,
      Map<String, String> environment,
      Supplier<String> addresses,
      boolean reload,
      PrintStream out,
      PrintWriter err) {
    this.project = project;
    this.environment = environment;
    this.addresses = addresses;
    this.reload = reload;
    this.out = out;
    this.err = err;
    this.compiler = new SourceCompiler(project, err);
  }

  /** Runs until it is closed, or, without reload, until the service has ended; answers its code. */
  int run() throws IOException, InterruptedException {
    try (SourceWatch watch = watch()) {
      if (!replace() && !reload) {
        throw new CommandFailedException(ExitCode.FAILED, "the service does not compile");
      }
      while (true) {
        switch (happenings.take()) {
          case Changed changed -> change(changed.files());
          case Ready ready when ready.child() == child -> announce(ready.about());
          case Ready _ -> {}
          case Ended ended when ended.child() == child -> {
            if (!reload) {
              return ended.exit();
            }
            ended(ended.child(), ended.exit());
          }
          case Ended _ -> {}
          case RestartDue due when due.after() == child -> replace();
          case RestartDue _ -> {}
          case Failed failed -> throw failed.cause();
        }
      }
    }
  }

  /** Ends {@link #run} because of something that happened beside it. */
  void fail(RuntimeException cause) {
    happenings.add(new Failed(cause));
  }

  private SourceWatch watch() {
    List<Path> roots =
        reload ? List.of(project.sources(), project.resources(), project.pom()) : List.of();
    return new SourceWatch(roots, files -> happenings.add(new Changed(files)));
  }

  private void change(List<Path> files) throws IOException, InterruptedException {
    changedAt = Instant.now();
    restart = FIRST_RESTART;
    String first = project.folder().relativize(files.getFirst()).toString();
    say("changed: " + first + (files.size() > 1 ? " and " + (files.size() - 1) + " more" : ""));
    if (replace()) {
      worked = false;
    }
  }

  /** Compiles, and only if that works stops the running version and starts the new one. */
  private boolean replace() throws IOException, InterruptedException {
    ClassPath classPath;
    try {
      classPath = ClassPath.of(project);
    } catch (CommandFailedException e) {
      if (!reload) {
        throw e;
      }
      say(e.getMessage() + System.lineSeparator() + whatRuns());
      return false;
    }
    Optional<Path> classes = compiler.compile(classPath);
    if (classes.isEmpty()) {
      say("does not compile; " + whatRuns());
      return false;
    }
    Launcher launcher = Launcher.in(project.workFolder(), classPath);
    StartCache starts = new StartCache(launcher, project.workFolder());
    List<Path> folders = List.of(classes.get(), project.resources());
    stopChild();
    start(launcher.command(ServiceProcess.class, starts.options(), folders), starts);
    compiler.keepOnly(classes.get());
    return true;
  }

  private synchronized void start(List<String> command, StartCache starts) throws IOException {
    if (closed) {
      return;
    }
    if (cache != null) {
      cache.close();
    }
    cache = starts;
    ServiceChild started = ServiceChild.start(command, environment, project.folder(), out);
    child = started;
    var _ = started.ready().thenAccept(about -> happenings.add(new Ready(started, about)));
    var _ = started.ended().thenAccept(exit -> happenings.add(new Ended(started, exit)));
  }

  private void announce(String about) {
    worked = true;
    restart = FIRST_RESTART;
    if (announced) {
      Duration took = Duration.between(changedAt, Instant.now());
      say(String.format(Locale.ROOT, "live after %.1f s: %s", took.toMillis() / 1000.0, about));
    } else {
      out.println("ready: " + about + ", " + addresses.get());
      announced = true;
    }
    StartCache starts = cache;
    if (starts != null) {
      starts.prepare();
    }
  }

  private void ended(ServiceChild ended, int exit) {
    if (closed) {
      return;
    }
    if (!worked) {
      say(
          "the service ended with exit code "
              + exit
              + " before it was ready; it starts again"
              + " when a source changes");
      return;
    }
    say(
        "the service ended with exit code "
            + exit
            + "; it starts again in "
            + restart.toSeconds()
            + " s, or when a source changes");
    Duration delay = restart;
    restart =
        restart.multipliedBy(2).compareTo(LAST_RESTART) < 0
            ? restart.multipliedBy(2)
            : LAST_RESTART;
    var _ =
        CompletableFuture.runAsync(
            () -> happenings.add(new RestartDue(ended)),
            CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS));
  }

  private String whatRuns() {
    ServiceChild running = child;
    return running != null && !running.ended().isDone()
        ? "the version before keeps running"
        : "waiting for the next change";
  }

  private void stopChild() throws InterruptedException {
    ServiceChild running = child;
    if (running != null && !running.stop(DRAIN)) {
      say(
          "a handler was still busy after "
              + DRAIN.toSeconds()
              + " s and was killed; its message is delivered again");
    }
  }

  private void say(@Nullable String text) {
    err.println("pi: " + text);
    err.flush();
  }

  /** Stops the service and everything that belongs to it. */
  @Override
  public synchronized void close() {
    closed = true;
    if (cache != null) {
      cache.close();
    }
    try {
      stopChild();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
