package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.platform.JobSpec;
import io.pipeforce.hub.platform.JobStatus;
import io.pipeforce.hub.platform.JobStatus.State;
import io.pipeforce.hub.platform.PlatformException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The jobs of this machine, those that have ended included. Thread-safe. */
final class LocalJobs {
  private static final int MOST_ENDED = 500;

  private final Machine machine;
  private final Map<String, LocalJob> jobs = new ConcurrentHashMap<>();

  /** One at a time decides that a job may start. */
  private final ReentrantLock starting = new ReentrantLock();

  LocalJobs(Machine machine) {
    this.machine = machine;
  }

  /** Those that another hub has left go on, and what is none of them is ended. */
  void takeOver() throws IOException {
    starting.lock();
    try {
      for (Path folder : LocalPlatform.list(machine.jobs())) {
        Optional<LocalJob> job = LocalJob.found(folder);
        if (jobs.containsKey(folder.getFileName().toString())) {
          continue; // Started since.
        }
        if (job.isPresent()) {
          jobs.put(job.get().kept().spec().name(), job.get());
        } else {
          Child.find(folder).ifPresent(Child::killAndWait);
          InstanceRoot.delete(folder);
        }
      }
    } finally {
      starting.unlock();
    }
  }

  /**
   * Starts one.
   *
   * @throws PlatformException when there is one of this name, or one that wants to be alone
   */
  JobStatus start(JobSpec spec, LocalImage image, boolean replace, boolean alone)
      throws InterruptedException {
    starting.lockInterruptibly();
    try {
      LocalJob before = jobs.get(spec.name());
      requireNoneAlone(replace ? before : null);
      if (before != null) {
        if (!replace) {
          throw PlatformException.jobExists(spec.name(), before.status().state());
        }
        before.stop(new LocalJob.Verdict(State.STOPPED, "it was replaced"));
        jobs.remove(spec.name());
        before.forget();
      }
      LocalJob job =
          LocalJob.start(
              machine,
              machine.jobs().resolve(spec.name()),
              new LocalJob.Kept(spec, image, alone, Instant.now()));
      jobs.put(spec.name(), job);
      return job.status();
    } finally {
      starting.unlock();
    }
  }

  private void requireNoneAlone(@Nullable LocalJob replaced) {
    for (LocalJob job : jobs.values()) {
      if (job != replaced && job.kept().alone() && job.running().isPresent()) {
        throw PlatformException.jobIsAlone(job.kept().spec().name());
      }
    }
  }

  Optional<LocalJob> find(String name) {
    return Optional.ofNullable(jobs.get(name));
  }

  LocalJob require(String name) {
    return find(name)
        .orElseThrow(
            () -> PlatformException.unknown("job", name, jobs.keySet().stream().sorted().toList()));
  }

  /** In the order of their starts. */
  List<LocalJob> all() {
    return jobs.values().stream()
        .sorted(Comparator.comparing(job -> job.kept().started()))
        .toList();
  }

  /** Ends what takes too much memory or time, and forgets the oldest that have ended. */
  void limit(Memory memory, Instant now) {
    for (LocalJob job : jobs.values()) {
      Optional<Child> running = job.running();
      if (running.isPresent()) {
        long limit = job.kept().image().memory();
        memory.above(running.get().pid(), limit).ifPresent(job::kill);
        job.look(now);
      } else {
        job.tidy();
      }
    }
    List<LocalJob> ended = all().stream().filter(job -> job.running().isEmpty()).toList();
    for (LocalJob job : ended.subList(0, Math.max(0, ended.size() - MOST_ENDED))) {
      if (jobs.remove(job.kept().spec().name(), job)) {
        job.forget();
      }
    }
  }
}
