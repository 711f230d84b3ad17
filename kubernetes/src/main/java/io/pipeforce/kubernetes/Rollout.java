package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.Event;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.ServiceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The way of one version of a service to being ready, which the cluster goes; here it is watched.
 */
final class Rollout {
  /** For pulling, scheduling and starting, as long as nothing is known to be wrong. */
  private static final Duration LONGEST_START = Duration.ofMinutes(10);

  /** So long a container may run without being ready. */
  private static final Duration LONGEST_UNREADY = Duration.ofMinutes(2);

  /** After this time the events of a pod are looked at. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Until what was asked for is told by the cluster. */
  private static final Duration NOTICED = Duration.ofSeconds(60);

  private static final int END_OF_A_LOG = 4_000;

  /** What was seen of a rollout when there was something to decide. */
  private sealed interface Sight {
    record Done(ServiceView view) implements Sight {}

    record Replaced(String how) implements Sight {}

    record Broken(ServiceView view, Optional<PodView> pod, String why) implements Sight {}

    /** Nothing is known to be wrong with it, and it is not ready for a while. */
    record Unready(ServiceView view, PodView pod, Instant since) implements Sight {}
  }

  private final Cluster cluster;
  private final Supplier<Optional<ServiceView>> service;
  private final String name;
  private final String version;

  /**
   * @param service as it is now
   * @param version that is to become ready
   */
  Rollout(Cluster cluster, Supplier<Optional<ServiceView>> service, String name, String version) {
    this.cluster = cluster;
    this.service = service;
    this.name = name;
    this.version = version;
  }

  /**
   * Waits until all pods of this version are ready and none of another is left.
   *
   * @throws PlatformException when that does not become so; it says why, and the cluster goes on
   *     trying
   */
  ServiceStatus await() throws InterruptedException {
    // What this hub has asked for it hears of a moment later.
    if (cluster
        .await(NOTICED, () -> service.get().filter(view -> view.version().equals(version)))
        .isEmpty()) {
      throw replaced("started in another version");
    }
    Instant deadline = Instant.now().plus(LONGEST_START);
    Instant asked = Instant.EPOCH;
    while (true) {
      Instant askAgain = asked.plusSeconds(2);
      Optional<Sight> sight =
          cluster.await(Duration.between(Instant.now(), deadline), () -> look(askAgain));
      if (sight.isEmpty()) {
        throw new PlatformException(
            "service %s is not ready after %d s; the cluster keeps trying: see service.status"
                .formatted(name, LONGEST_START.toSeconds()));
      }
      switch (sight.get()) {
        case Sight.Done(ServiceView view) -> {
          return view.status(Instant.now());
        }
        case Sight.Replaced(String how) -> throw replaced(how);
        case Sight.Broken(ServiceView view, Optional<PodView> pod, String why) ->
            throw failed(view, pod, why);
        case Sight.Unready(ServiceView view, PodView pod, Instant since) -> {
          asked = Instant.now();
          Optional<String> why =
              UnreadyPod.why(
                  pod.running().isPresent(),
                  asked.isAfter(since.plus(LONGEST_UNREADY)),
                  events(pod));
          if (why.isPresent()) {
            throw failed(view, Optional.of(pod), why.get());
          }
        }
      }
    }
  }

  private Optional<Sight> look(Instant askAgain) {
    Optional<ServiceView> found = service.get();
    if (found.isEmpty()) {
      return Optional.of(new Sight.Replaced("stopped"));
    }
    ServiceView view = found.get();
    Instant now = Instant.now();
    if (!view.version().equals(version)) {
      return Optional.of(new Sight.Replaced("started in another version"));
    }
    if (view.isAsWanted()) {
      return Optional.of(new Sight.Done(view));
    }
    Optional<PodView> troubled = view.troubled(now);
    if (troubled.isPresent()) {
      return Optional.of(new Sight.Broken(view, troubled, troubled.get().trouble(now).orElse("")));
    }
    Optional<String> refused = view.refused();
    if (refused.isPresent()) {
      return Optional.of(new Sight.Broken(view, Optional.empty(), refused.get()));
    }
    if (now.isBefore(askAgain)) {
      return Optional.empty();
    }
    return view.pods().stream()
        .filter(pod -> pod.isOf(version) && !pod.isStopping() && !pod.isReady())
        .filter(pod -> now.isAfter(since(pod).plus(PATIENCE)))
        .map(pod -> (Sight) new Sight.Unready(view, pod, since(pod)))
        .findFirst();
  }

  private static Instant since(PodView pod) {
    return pod.running().orElseGet(pod::created);
  }

  private List<Event> events(PodView pod) {
    return Cluster.call(
        "list the events of " + pod.name(),
        () ->
            cluster
                .client()
                .v1()
                .events()
                .inNamespace(cluster.namespace())
                .withField("involvedObject.name", pod.name())
                .list()
                .getItems());
  }

  private PlatformException replaced(String how) {
    return new PlatformException("service %s was %s meanwhile".formatted(name, how));
  }

  private PlatformException failed(ServiceView view, Optional<PodView> pod, String why)
      throws InterruptedException {
    String log = pod.isPresent() && pod.get().hasRun() ? log(pod.get()) : "";
    return new PlatformException(
        "service %s does not start: %s; it is tried again%s.%s"
            .formatted(
                name,
                why.strip(),
                view.hasReadyPods() ? ", and the version before serves" : "",
                log.isEmpty() ? "" : " Its last lines:%n%s".formatted(log)));
  }

  private String log(PodView pod) throws InterruptedException {
    PodLog log = new PodLog(cluster, pod.name());
    boolean before = pod.restarts() > 0 && pod.running().isPresent();
    return log.tail(before ? PodLog.Run.BEFORE : PodLog.Run.NOW, END_OF_A_LOG);
  }
}
