package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.platform.InstanceStatus;
import io.pipeforce.hub.platform.InstanceStatus.State;
import io.pipeforce.hub.state.StateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One copy of a service. Used by the thread of its service, but for its leases. */
final class Instance {
  private static final Duration BETWEEN_LIVE_PROBES = Duration.ofSeconds(10);
  private static final Duration BETWEEN_READY_PROBES = Duration.ofSeconds(1);
  private static final int DEAD_AFTER = 3;

  /** As in Kubernetes, one answer that is late does not take it out of service. */
  private static final int AWAY_AFTER = 3;

  private static final Duration LONGEST_DRAIN = Duration.ofSeconds(30);
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration BETWEEN_FAILED_ROTATIONS = Duration.ofMinutes(1);
  private static final long LARGEST_LOG = 10L << 20;

  /**
   * What is kept of it.
   *
   * @param version whose instance it is
   * @param machine what tells of the broker and the hub that it knows
   * @param healthPort where its health is asked for
   * @param port where it takes requests
   */
  record Kept(
      String id,
      Version version,
      String machine,
      int healthPort,
      int port,
      Instant since,
      int restarts) {}

  private final Machine machine;
  private final StateFile<Kept> file;
  private final Leases leases = new Leases();
  private Kept kept;
  private @Nullable Child child;
  private State state = State.STARTING;
  private Optional<String> why = Optional.empty();
  private Optional<String> killed = Optional.empty();
  private int endingsInARow;
  private Instant nextProbe = Instant.MIN;
  private Instant nextLiveProbe = Instant.MIN;
  private int deaths;
  private int failures;
  private boolean served;
  private @Nullable CompletableFuture<Answer> probing;
  private Instant nextRotation = Instant.MIN;
  private Instant restartAt = Instant.MIN;
  private Instant stopSince = Instant.MAX;
  private @Nullable Instant terminatedAt;
  private boolean gone;

  private Instance(Machine machine, Kept kept) {
    this.machine = machine;
    this.kept = kept;
    this.file = file(machine, kept.version().spec().name(), kept.id());
  }

  private static StateFile<Kept> file(Machine machine, String service, String id) {
    return new StateFile<>(
        machine.instances(service).resolve(id).resolve("instance.json"), Kept.class);
  }

  /** Starts a new one. */
  static Instance start(Machine machine, Version version, String id, Instant now) {
    Instance instance =
        new Instance(machine, new Kept(id, version, machine.fingerprint(), 0, 0, now, 0));
    instance.launch(now);
    return instance;
  }

  /** The one that another hub has started; empty when there is nothing of it but its folder. */
  static Optional<Instance> found(Machine machine, String service, String id, Instant now) {
    Optional<Kept> kept = file(machine, service, id).read();
    return kept.map(each -> {
      Instance instance = new Instance(machine, each);
      instance.child = Child.find(instance.folder()).orElse(null);
      if (instance.child == null) {
        instance.ended(Child.ending(instance.folder()), now);
        instance.restartAt = now;
      }
      return instance;
    });
  }

  String id() {
    return kept.id();
  }

  Version version() {
    return kept.version();
  }

  /** Whether it is as good as a new one of this version would be. */
  boolean isOf(Version wanted) {
    return kept.version().runsTheSame(wanted) && kept.machine().equals(machine.fingerprint());
  }

  State state() {
    return state;
  }

  boolean isReady() {
    return state == State.READY;
  }

  /** Whether it has been ready and still runs: then it may only have to wait for the broker. */
  boolean hasServed() {
    return served && child != null;
  }

  /** Whether it has ended for good, and nothing is left of it but its log. */
  boolean isGone() {
    return gone;
  }

  LogFile log() {
    return new LogFile(machine.logs(kept.version().spec().name()).resolve(kept.id() + ".log"));
  }

  Optional<String> why() {
    return why;
  }

  int restarts() {
    return kept.restarts();
  }

  InstanceStatus status() {
    return new InstanceStatus(kept.id(), state, kept.since(), kept.restarts(), why);
  }

  Optional<Child> child() {
    return Optional.ofNullable(child);
  }

  /** For a request; whoever takes it releases it. Answers false when it takes no more. */
  boolean take() {
    return leases.take();
  }

  void release() {
    leases.release();
  }

  /** Where it takes requests. */
  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), kept.port());
  }

  long memory() {
    return image().memory();
  }

  private LocalImage image() {
    return kept.version().image().orElseThrow();
  }

  private Path folder() {
    return machine.instances(kept.version().spec().name()).resolve(kept.id());
  }

  private void launch(Instant now) {
    LocalImage image = image();
    var spec = kept.version().spec();
    var workload = spec.workload().orElseThrow();
    int health = Machine.freePort();
    int port =
        spec.port().isEmpty() || spec.port().equals(image.healthPort())
            ? health
            : Machine.freePort();
    kept =
        new Kept(
            kept.id(), kept.version(), machine.fingerprint(), health, port, now, kept.restarts());
    Map<String, String> environment = new LinkedHashMap<>(machine.environment(spec.name(), image));
    environment.putAll(workload.env());
    environment.put("PIPEFORCE_HEALTH_PORT", Integer.toString(health));
    environment.put("PORT", Integer.toString(port));
    try {
      StateFile.folder(folder());
      StateFile.folder(machine.logs(spec.name()));
      file.write(kept);
      InstanceRoot root =
          InstanceRoot.make(
              image.root(),
              folder().resolve("root"),
              image.config().workingDirectory(),
              spec.volumes(),
              machine.volumes(spec.name()));
      List<String> command = Launch.command(image.config(), workload);
      child =
          Child.start(
              folder(), Launch.of(command, environment, root, System.getenv()), log().file());
      state = State.STARTING;
      nextProbe = now;
      nextLiveProbe = now.plus(BETWEEN_LIVE_PROBES);
      deaths = 0;
      failures = 0;
      served = false;
      probing = null;
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      endedBecause(String.valueOf(e.getMessage()), now);
    }
  }

  /** Looks what has become of it, and does what is due. */
  void look(Instant now) throws InterruptedException {
    Child running = child;
    if (running == null) {
      if (state == State.STOPPING) {
        forget();
      }
      return;
    }
    switch (running.state()) {
      case Child.Running _ -> watch(running, now);
      case Child.Ended ended -> ended(ended, now);
      case Child.Vanished vanished -> ended(vanished, now);
    }
    if (child != null && log().size() > LARGEST_LOG && now.isAfter(nextRotation)) {
      rotate(now);
    }
  }

  /** Starts it again when it has ended by itself and waited long enough. */
  void startAgain(Instant now) {
    if (state == State.WAITING && !now.isBefore(restartAt)) {
      launch(now);
    }
  }

  private void watch(Child running, Instant now) {
    if (state == State.STOPPING) {
      stopFurther(running, now);
      return;
    }
    CompletableFuture<Answer> asked = probing;
    if (asked == null) {
      if (!now.isBefore(nextProbe)) {
        boolean alsoLive = image().healthPort().isPresent() && !now.isBefore(nextLiveProbe);
        // On a thread of its own: one that hangs must not hold up the others.
        probing = CompletableFuture.supplyAsync(() -> ask(alsoLive), Thread::startVirtualThread);
      }
    } else if (asked.isDone()) {
      probing = null;
      answered(asked.join(), now);
    }
  }

  /**
   * What an instance says of itself.
   *
   * @param problem what keeps it from being ready
   * @param live whether it lives; empty when that was not asked
   */
  private record Answer(Optional<String> problem, Optional<Boolean> live) {}

  private Answer ask(boolean alsoLive) {
    try {
      Optional<String> problem = Optional.empty();
      if (image().healthPort().isPresent()) {
        problem = Probe.http(kept.healthPort(), "/health/ready");
      } else if (kept.version().spec().port().isPresent()) {
        problem = Probe.tcp(kept.port());
      }
      return new Answer(
          problem,
          alsoLive
              ? Optional.of(Probe.http(kept.healthPort(), "/health/live").isEmpty())
              : Optional.empty());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Answer(Optional.of("it was not asked to the end"), Optional.empty());
    }
  }

  private void answered(Answer answer, Instant now) {
    why = answer.problem();
    failures = answer.problem().isEmpty() ? 0 : failures + 1;
    if (failures == 0) {
      state = State.READY;
      served = true;
      if (now.isAfter(kept.since().plus(Backoff.FORGETS))) {
        endingsInARow = 0;
      }
    } else if (failures >= AWAY_AFTER) {
      state = State.STARTING;
    }
    nextProbe = state == State.READY ? now.plus(BETWEEN_READY_PROBES) : now;
    if (answer.live().isPresent()) {
      nextLiveProbe = now.plus(BETWEEN_LIVE_PROBES);
      deaths = answer.live().get() ? 0 : deaths + 1;
      if (deaths >= DEAD_AFTER) {
        kill("/health/live did not answer " + DEAD_AFTER + " times, so it was killed");
      }
    }
  }

  /** Ends it at once, for a reason that its status tells afterwards. */
  void kill(String reason) {
    killed = Optional.of(reason);
    child().ifPresent(Child::kill);
  }

  private void ended(Child.State ending, Instant now) {
    child = null;
    if (state == State.STOPPING) {
      forget();
      return;
    }
    String how =
        switch (ending) {
          case Child.Ended(int code) -> "it ended with exit code " + code;
          case Child.Vanished _ -> "it was killed, or the machine was started anew";
          case Child.Running _ -> throw new IllegalArgumentException("it runs");
        };
    endedBecause(killed.orElse(how), now);
    killed = Optional.empty();
  }

  private void endedBecause(String reason, Instant now) {
    child = null;
    why = Optional.of(reason);
    state = State.WAITING;
    endingsInARow++;
    restartAt = now.plus(Backoff.after(endingsInARow));
    kept =
        new Kept(
            kept.id(),
            kept.version(),
            kept.machine(),
            kept.healthPort(),
            kept.port(),
            kept.since(),
            kept.restarts() + 1);
    try {
      file.write(kept);
    } catch (UncheckedIOException e) {
      // The count is lost with the hub, and nothing else.
      why = Optional.of(reason + "; " + e.getMessage());
    }
  }

  /** Begins to end it: no new requests, those under way are finished, then it is told to end. */
  void stop(Instant now) {
    if (state != State.STOPPING) {
      state = State.STOPPING;
      stopSince = now;
      if (child == null) {
        forget();
      }
    }
  }

  private void stopFurther(Child running, Instant now) {
    Instant terminated = terminatedAt;
    if (terminated == null) {
      if (leases.close() || now.isAfter(stopSince.plus(LONGEST_DRAIN))) {
        running.terminate();
        terminatedAt = now;
      }
    } else if (now.isAfter(terminated.plus(image().longestHandler()).plus(GRACE))) {
      running.kill();
    }
  }

  private void forget() {
    gone = true;
    try {
      InstanceRoot.delete(folder());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder() + ": " + e.getMessage(), e);
    }
  }

  private void rotate(Instant now) throws InterruptedException {
    try {
      log().rotate(child);
    } catch (IOException e) {
      why = Optional.of("its log cannot be rotated: " + e.getMessage());
    }
    if (log().size() > LARGEST_LOG) {
      // The disk is full: it must not stand still again and again for that.
      nextRotation = now.plus(BETWEEN_FAILED_ROTATIONS);
    }
  }
}
