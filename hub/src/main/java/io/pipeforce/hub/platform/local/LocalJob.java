package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.platform.JobSpec;
import io.pipeforce.hub.platform.JobStatus;
import io.pipeforce.hub.platform.JobStatus.State;
import io.pipeforce.hub.platform.Logs;
import io.pipeforce.hub.state.StateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A job in a folder of its own. What is known of it is what the folder holds, so it is the same
 * whichever hub asks. Thread-safe.
 */
final class LocalJob {
  /**
   * @param alone whether no other job may start while it runs
   */
  record Kept(JobSpec spec, LocalImage image, boolean alone, Instant started) {}

  /** Why it was ended from outside. */
  record Verdict(State state, String why) {}

  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  private final Path folder;
  private final Kept kept;
  private final StateFile<Verdict> verdict;
  private final AtomicBoolean overdue = new AtomicBoolean();
  private final @Nullable Child child;

  private LocalJob(Path folder, Kept kept, @Nullable Child child) {
    this.folder = folder;
    this.kept = kept;
    this.child = child;
    this.verdict = verdict(folder);
  }

  private static StateFile<Verdict> verdict(Path folder) {
    return new StateFile<>(folder.resolve("verdict.json"), Verdict.class);
  }

  private static StateFile<Kept> file(Path folder) {
    return new StateFile<>(folder.resolve("job.json"), Kept.class);
  }

  /** Starts it in this folder, which is made. */
  static LocalJob start(Machine machine, Path folder, Kept kept) {
    file(folder).write(kept);
    LocalImage image = kept.image();
    var workload = kept.spec().workload();
    InstanceRoot root =
        InstanceRoot.make(
            image.root(),
            folder.resolve("root"),
            image.config().workingDirectory(),
            List.of(),
            folder);
    Map<String, String> environment =
        new LinkedHashMap<>(machine.environment(kept.spec().name(), image));
    environment.put("PIPEFORCE_HEALTH_PORT", "0");
    environment.putAll(workload.env());
    List<String> command = Launch.command(image.config(), workload);
    Child child =
        Child.start(
            folder, Launch.of(command, environment, root, System.getenv()), log(folder).file());
    return new LocalJob(folder, kept, child);
  }

  /** The one that another hub has started; empty when the folder is none of a job. */
  static Optional<LocalJob> found(Path folder) {
    return file(folder)
        .read()
        .map(kept -> new LocalJob(folder, kept, Child.find(folder).orElse(null)));
  }

  Kept kept() {
    return kept;
  }

  Optional<Child> running() {
    return Optional.ofNullable(child).filter(each -> each.state() instanceof Child.Running);
  }

  JobStatus status() {
    if (running().isPresent()) {
      return status(State.RUNNING, Optional.empty(), Optional.empty());
    }
    Optional<Verdict> judged = verdict.read();
    Optional<Integer> code =
        switch (Child.ending(folder)) {
          case Child.Ended(int ended) -> Optional.of(ended);
          case Child.Vanished _ -> Optional.empty();
          case Child.Running _ -> Optional.empty();
        };
    if (judged.isPresent()) {
      return status(judged.get().state(), code, Optional.of(judged.get().why()));
    } else if (code.isPresent()) {
      return status(code.get() == 0 ? State.SUCCEEDED : State.FAILED, code, Optional.empty());
    }
    return status(
        State.FAILED,
        code,
        Optional.of("it was killed together with its parent, or the machine was started anew"));
  }

  private JobStatus status(State state, Optional<Integer> code, Optional<String> why) {
    return new JobStatus(
        kept.spec().name(),
        kept.spec().workload().image(),
        state,
        code,
        kept.started(),
        state == State.RUNNING ? Optional.empty() : Optional.of(ended()),
        why);
  }

  private Instant ended() {
    for (String name : List.of("exit", "verdict.json", "job.json")) {
      try {
        return Files.getLastModifiedTime(folder.resolve(name)).toInstant();
      } catch (IOException _) {
        // The next one tells at least that it was not before.
      }
    }
    return kept.started();
  }

  /** Waits until it has ended, but no longer than this. */
  JobStatus await(Duration longest) throws InterruptedException {
    Instant deadline = Instant.now().plus(longest);
    while (running().isPresent() && Instant.now().isBefore(deadline)) {
      Thread.sleep(BETWEEN_LOOKS);
    }
    return status();
  }

  /** Ends it in order, and by force when it does not; returns when it has ended. */
  void stop(Verdict why) throws InterruptedException {
    Optional<Child> running = running();
    if (running.isEmpty()) {
      return;
    }
    verdict.write(why);
    running.get().terminate();
    await(kept.image().longestHandler().plus(GRACE));
    while (running().isPresent()) {
      running.get().kill();
      await(Duration.ofSeconds(1));
    }
  }

  /** Ends it when it has run for too long, which may take a while and is not waited for. */
  void look(Instant now) {
    if (now.isAfter(kept.started().plus(kept.image().longestJob()))
        && overdue.compareAndSet(false, true)) {
      Thread.ofVirtual().name("job-" + kept.spec().name()).start(this::stopOverdue);
    }
  }

  private void stopOverdue() {
    try {
      stop(
          new Verdict(
              State.FAILED,
              "it ran for longer than "
                  + kept.image().longestJob()
                  + ", the image's label io.pipeforce.max-job-duration"));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it at once. */
  void kill(String why) {
    verdict.write(new Verdict(State.FAILED, why));
    running().ifPresent(Child::kill);
  }

  /** Removes what only a running one needs. */
  void tidy() {
    try {
      InstanceRoot.delete(folder.resolve("root"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tidy " + folder + ": " + e.getMessage(), e);
    }
  }

  /** Removes all of one that has ended, its output too. */
  void forget() {
    try {
      // It is no job any more when this is gone, even if the hub is killed before the rest is.
      file(folder).delete();
      InstanceRoot.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder + ": " + e.getMessage(), e);
    }
  }

  Logs logs() {
    return new OutputLogs(() -> List.of(log(folder)), () -> running().isPresent());
  }

  private static LogFile log(Path folder) {
    return new LogFile(folder.resolve("output.log"));
  }
}
