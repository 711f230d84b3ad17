package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pipeforce.hub.platform.JobStatus;
import io.pipeforce.hub.platform.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** By the names of pods; a thread that has ended has kept all. */
  private final Map<String, Thread> readers = new HashMap<>();

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
      readers.values().forEach(Thread::interrupt);
    }
  }

  private void look(Instant now) {
    List<JobView> all = jobs.all();
    for (JobView job : all) {
      if (job.output().isEmpty()) {
        keep(job);
        job.stuck(now, STUCK)
            .ifPresent(why -> jobs.end(job, new JobView.Verdict(JobStatus.State.FAILED, why)));
      }
    }
    readers
        .entrySet()
        .removeIf(each -> cluster.pod(each.getKey()).isEmpty() && !each.getValue().isAlive());
    List<JobView> ended =
        all.stream()
            .filter(job -> job.output().isPresent())
            .sorted(Comparator.comparing(job -> job.job().getMetadata().getCreationTimestamp()))
            .toList();
    ended.subList(0, Math.max(0, ended.size() - MOST_ENDED_JOBS)).forEach(jobs::forget);
  }

  private void keep(JobView job) {
    boolean reading = false;
    for (PodView pod : job.pods()) {
      if (pod.hasRun()) {
        reading |=
            readers
                .computeIfAbsent(pod.name(), _ -> Thread.startVirtualThread(() -> read(job, pod)))
                .isAlive();
      }
    }
    if (job.hasEnded() && !reading) {
      LOG.debug("The output of job {} is kept", job.name());
      jobs.note(job, written(job));
    }
  }

  /** Octets of all pods. */
  private long written(JobView job) {
    return new JobOutput(cluster, job.name()).length();
  }

  private void read(JobView job, PodView pod) {
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
    } catch (InterruptedException _) {
      // Another hub goes on, from the beginning.
    } catch (KubernetesClientException e) {
      LOG.warn("The output of job {} cannot be kept: {}", job.name(), Cluster.reason(e));
    } catch (PlatformException e) {
      LOG.warn("The output of job {} cannot be kept: {}", job.name(), e.getMessage());
    }
  }

  private boolean hasEnded(PodView pod) {
    Optional<PodView> now = cluster.pod(pod.name()).map(PodView::new);
    return now.isEmpty() || now.get().endedForGood().isPresent() || now.get().isOver();
  }
}
