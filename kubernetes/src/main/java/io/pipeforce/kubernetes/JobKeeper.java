package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pipeforce.hub.platform.JobStatus;
import io.pipeforce.hub.platform.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after jobs, in one hub of all: keeps what their pods write while these are there, ends
 * those that would never end, and forgets the oldest. What it has begun another one goes on with.
 */
final class JobKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(JobKeeper.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  /** An image may be pushed, or a node added, in this time. */
  private static final Duration STUCK = Duration.ofMinutes(1);

  private static final int MOST_ENDED_JOBS = 500;

  private final Cluster cluster;
  private final Jobs jobs;

  /** By the names of pods. */
  private final Map<String, Reader> readers = new HashMap<>();

  JobKeeper(Cluster cluster, Jobs jobs) {
    this.cluster = cluster;
    this.jobs = jobs;
  }

  /** Goes on until the thread is interrupted. */
  void run() {
    try {
      while (true) {
        try {
          look(Instant.now());
        } catch (RuntimeException e) {
          LOG.warn("Looking after jobs: {}", e.getMessage());
        }
        Thread.sleep(BETWEEN_LOOKS);
      }
    } catch (InterruptedException _) {
      // Another one goes on.
    } finally {
      readers.values().forEach(reader -> reader.thread().interrupt());
    }
  }

  private void look(Instant now) {
    for (JobView job : jobs.unkept()) {
      keep(job);
      job.stuck(now, STUCK)
          .ifPresent(why -> jobs.end(job, new JobView.Verdict(JobStatus.State.FAILED, why)));
    }
    readers.values().removeIf(reader -> !reader.isAlive() && cluster.pod(reader.pod()).isEmpty());
    List<Job> ended = jobs.kept();
    ended
        .subList(0, Math.max(0, ended.size() - MOST_ENDED_JOBS))
        .forEach(job -> jobs.forget(job.getMetadata().getName()));
  }

  /** Reads along with each pod, and notes when all is kept that can be. */
  private void keep(JobView job) {
    for (PodView pod : job.pods()) {
      Reader reader = readers.get(pod.name());
      if (pod.hasRun() && (reader == null || reader.hasFailed())) {
        readers.put(pod.name(), Reader.start(job, pod, this::read));
      }
    }
    // Also one whose pod is gone may have something to keep yet.
    boolean reading = readers.values().stream().anyMatch(reader -> reader.isReading(job));
    if (job.hasEnded() && !reading) {
      LOG.debug("The output of job {} is kept", job.name());
      jobs.note(job, new JobOutput(cluster, job.name()).length());
    }
  }

  /** Who reads along with one pod. */
  private record Reader(String job, String pod, AtomicBoolean done, Thread thread) {
    static Reader start(JobView job, PodView pod, BiPredicate<JobView, PodView> work) {
      AtomicBoolean done = new AtomicBoolean();
      Thread thread = Thread.startVirtualThread(() -> done.set(work.test(job, pod)));
      return new Reader(job.uid(), pod.name(), done, thread);
    }

    boolean isAlive() {
      return thread.isAlive();
    }

    /** So that it has to be read again, from the beginning. */
    boolean hasFailed() {
      return !thread.isAlive() && !done.get();
    }

    boolean isReading(JobView of) {
      return job.equals(of.uid()) && !done.get();
    }
  }

  /** Answers whether all of it is kept. */
  private boolean read(JobView job, PodView pod) {
    JobOutput output = new JobOutput(cluster, job.name());
    byte[] part = new byte[JobOutput.PART];
    int filled = 0;
    int number = 0;
    long read = 0;
    try {
      while (true) {
        long skip = read;
        try (InputStream in = new PodLog(cluster, pod.name()).open(PodLog.Run.NOW, true)) {
          in.skipNBytes(skip);
          int more = in.read(part, filled, part.length - filled);
          while (more >= 0) {
            read += more;
            filled += more;
            if (filled == part.length) {
              output.keep(job, pod, number++, part, filled);
              filled = 0;
            }
            more = in.read(part, filled, part.length - filled);
          }
        } catch (IOException e) {
          LOG.debug("The log of {}: {}", pod.name(), e.getMessage());
        }
        if (hasEnded(pod)) {
          break;
        }
        // The connection was cut, or the log is a moment ahead of the pod's state.
        Thread.sleep(BETWEEN_LOOKS);
      }
      if (filled > 0) {
        output.keep(job, pod, number, part, filled);
      }
      return true;
    } catch (InterruptedException _) {
      // Another hub goes on, from the beginning.
      return false;
    } catch (KubernetesClientException e) {
      LOG.warn("The output of job {} cannot be kept: {}", job.name(), Cluster.reason(e));
      return false;
    } catch (PlatformException e) {
      LOG.warn("The output of job {} cannot be kept: {}", job.name(), e.getMessage());
      return false;
    }
  }

  private boolean hasEnded(PodView pod) {
    Optional<PodView> now = cluster.pod(pod.name()).map(PodView::new);
    return now.isEmpty() || now.get().endedForGood().isPresent() || now.get().isOver();
  }
}
