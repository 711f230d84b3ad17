package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets one hub of all do what may not be done twice. */
final class Leadership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
  private static final String LEASE = "pipeforce-hub";

  /** So long after a hub has died another one goes on. */
  private static final Duration LEASE_DURATION = Duration.ofSeconds(15);

  private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final Runnable work;
  private final AtomicReference<@Nullable Thread> worker = new AtomicReference<>();
  private final CompletableFuture<?> election;

  private Leadership(KubernetesClient client, String namespace, String identity, Runnable work) {
    this.work = work;
    this.election =
        client
            .leaderElector()
            .withConfig(
                new LeaderElectionConfigBuilder()
                    .withName(LEASE)
                    .withLeaseDuration(LEASE_DURATION)
                    .withRenewDeadline(RENEW_DEADLINE)
                    .withRetryPeriod(RETRY)
                    .withReleaseOnCancel(true)
                    .withLock(new LeaseLock(namespace, LEASE, identity))
                    .withLeaderCallbacks(
                        new LeaderCallbacks(
                            this::lead,
                            this::follow,
                            leader -> LOG.debug("Jobs are looked after by {}", leader)))
                    .build())
            .build()
            .start();
  }

  /**
   * Begins to stand for election.
   *
   * @param identity no other hub's
   * @param work runs in a thread of its own while this one leads, and ends when that is interrupted
   */
  static Leadership of(KubernetesClient client, String namespace, String identity, Runnable work) {
    return new Leadership(client, namespace, identity, work);
  }

  private void lead() {
    end(worker.getAndSet(Thread.ofVirtual().name("job-keeper").start(work)));
  }

  private void follow() {
    end(worker.getAndSet(null));
  }

  private static void end(@Nullable Thread thread) {
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** Another one may lead at once. */
  @Override
  public void close() {
    election.cancel(true);
    follow();
  }
}
