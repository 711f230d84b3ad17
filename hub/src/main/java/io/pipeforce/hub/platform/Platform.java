package io.pipeforce.hub.platform;

import io.pipeforce.hub.ingress.Backends;
import io.pipeforce.hub.state.KeyValueStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Runs services and jobs. All of it is kept: what has been started is there when the hub has been
 * killed and started again. Thread-safe; a call may block, and an interrupt ends the waiting. A
 * method that cannot do what it is asked for throws a {@link PlatformException}.
 */
public interface Platform extends AutoCloseable {
  /** Login to a registry, for fetching an image. */
  record PullSecret(String text) {
    /** Not the secret. */
    @Override
    public String toString() {
      return "PullSecret";
    }
  }

  /**
   * Starts a service, or replaces the running one: instances of the version before serve until
   * those of the new one are ready. What is already so is left alone. Returns when all its
   * instances are ready.
   */
  ServiceStatus startService(ServiceSpec spec, Optional<PullSecret> secret)
      throws InterruptedException;

  /**
   * Stops a service in order and forgets it, but not what it wrote. Returns when nothing of it runs
   * any more.
   *
   * @param deleteVolumes whether the content of its volumes goes too
   */
  void stopService(String name, boolean deleteVolumes) throws InterruptedException;

  Optional<ServiceStatus> service(String name);

  /** In the order of their names. */
  List<ServiceStatus> services();

  /**
   * Starts a job.
   *
   * @param replace whether the one with this name is stopped and forgotten first
   * @param alone whether no other job may start until it has ended
   */
  JobStatus startJob(JobSpec spec, Optional<PullSecret> secret, boolean replace, boolean alone)
      throws InterruptedException;

  /** Waits for the end of a job, but no longer than this; answers what it is then. */
  JobStatus awaitJob(String name, Duration longest) throws InterruptedException;

  /** Ends a job that runs; one that has ended stays as it is. */
  JobStatus stopJob(String name) throws InterruptedException;

  Optional<JobStatus> job(String name);

  /** In the order of their starts. */
  List<JobStatus> jobs();

  /** Of the service of this name, else of the job. */
  Optional<Logs> logs(String name);

  /** Of the job of this name. */
  Optional<Logs> jobLogs(String name);

  /**
   * What the hub itself keeps.
   *
   * @param kind of things, such as {@code webhooks}: a store for each
   */
  KeyValueStore store(String kind);

  /** Where the hub's own ingress finds services; empty when the platform has an ingress itself. */
  Optional<Backends> backends();

  /** Goes on with what is there; called once, when the hub can be called. */
  void takeOver();

  /** Lets go of it. */
  @Override
  void close();
}
