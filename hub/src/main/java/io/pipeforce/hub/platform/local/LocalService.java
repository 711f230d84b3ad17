package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.ingress.Backend;
import io.pipeforce.hub.platform.InstanceStatus.State;
import io.pipeforce.hub.platform.Logs;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.ServiceStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a service as it is wanted: one thread looks again and again at what runs and takes the next
 * step towards it. What others see is the picture that it took last.
 */
final class LocalService {
  private static final Logger LOG = LoggerFactory.getLogger(LocalService.class);
  private static final Duration WHILE_CHANGING = Duration.ofMillis(50);
  private static final Duration WHILE_STEADY = Duration.ofMillis(500);
  private static final Duration LONGEST_START = Duration.ofMinutes(2);
  private static final int LINES_OF_A_FAILURE = 4_000;
  private static final int OLD_LOGS = 5;

  private final Machine machine;
  private final String name;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Instance> instances = new ArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();
  private Version version;
  private volatile boolean removed;
  private volatile boolean released;

  private volatile ServiceStatus status;
  private volatile List<Instance> ready = List.of();

  private LocalService(Machine machine, Version version) {
    this.machine = machine;
    this.version = version;
    this.name = version.spec().name();
    this.status = picture();
  }

  /** Keeps this service from now on, with the instances that another hub has left. */
  static LocalService keep(Machine machine, Version version) {
    LocalService service = new LocalService(machine, version);
    Instant now = Instant.now();
    for (String id : ids(machine, version.spec().name())) {
      Instance.found(machine, version.spec().name(), id, now).ifPresent(service.instances::add);
    }
    service.status = service.picture();
    Thread.ofVirtual().name("service-" + service.name).start(service::run);
    return service;
  }

  private static List<String> ids(Machine machine, String service) {
    Path folder = machine.instances(service);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var found = Files.list(folder)) {
      return found.map(each -> each.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Thread-safe, and answers at once. */
  ServiceStatus status() {
    return status;
  }

  boolean hasIngress(String label) {
    return status.spec().ingress().filter(own -> label.equals(machine.label(own))).isPresent();
  }

  /** An instance that takes a request, each in its turn. Answers at once. */
  Backend backend() {
    List<Instance> now = ready;
    for (int i = 0; i < now.size(); i++) {
      Instance next = now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
      if (next.take()) {
        return new Backend.Instance(name, next.address(), next::release);
      }
    }
    ServiceStatus seen = status;
    Optional<String> why =
        seen.instances().stream().flatMap(each -> each.why().stream()).findFirst();
    return new Backend.Away(
        name, "is " + seen.state() + why.map(reason -> ": " + reason).orElse(""));
  }

  /**
   * Makes this what is wanted.
   *
   * @return when all its instances are ready and none of another version is left
   * @throws PlatformException when that does not become so; it says why, and goes on trying
   */
  ServiceStatus want(ServiceSpec spec, Optional<LocalImage> image) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (removed) {
        throw new PlatformException(
            "service %s is being stopped; start it again when nothing of it runs any more"
                .formatted(name));
      }
      Version wanted = new Version(version.number() + 1, spec, image);
      machine.serviceFile(name).write(wanted);
      version = wanted;
      changed.signalAll();
      return await(wanted, Instant.now().plus(LONGEST_START));
    } finally {
      lock.unlock();
    }
  }

  private ServiceStatus await(Version wanted, Instant deadline) throws InterruptedException {
    while (true) {
      if (removed || version.number() != wanted.number()) {
        throw new PlatformException(
            "service %s was %s meanwhile"
                .formatted(name, removed ? "stopped" : "started in another version"));
      }
      if (isAsWanted()) {
        status = picture();
        return status;
      }
      for (Instance instance : instances) {
        if (instance.version().number() == wanted.number() && instance.state() == State.WAITING) {
          throw new PlatformException(
              "service %s does not start: %s; it is tried again%s. Its last lines:%n%s"
                  .formatted(name, instance.why().orElse(""), oldServes(), lastLines(instance)));
        }
      }
      if (Instant.now().isAfter(deadline)) {
        throw new PlatformException(
            "service %s is not ready after %d s: %s; it keeps trying%s"
                .formatted(
                    name,
                    LONGEST_START.toSeconds(),
                    instances.stream().flatMap(each -> each.why().stream()).findFirst().orElse(""),
                    oldServes()));
      }
      changed.await(WHILE_STEADY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private String oldServes() {
    return ready.isEmpty() ? "" : ", and the version before serves";
  }

  private static String lastLines(Instance instance) {
    try {
      return instance.log().tailText(LINES_OF_A_FAILURE).strip();
    } catch (IOException e) {
      return "(its log cannot be read: " + e.getMessage() + ")";
    }
  }

  /** Ends all its instances in order and forgets it; returns when none is left. */
  void remove() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      // First, so that a hub that is killed here ends the rest at its next start.
      machine.serviceFile(name).delete();
      endAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends all its instances in order; a hub that keeps it the next time starts them again. */
  void suspend() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      endAll();
    } finally {
      lock.unlock();
    }
  }

  private void endAll() throws InterruptedException {
    removed = true;
    changed.signalAll();
    while (!instances.isEmpty()) {
      changed.await();
    }
  }

  /** Lets go of its instances, which go on. */
  void release() {
    lock.lock();
    try {
      released = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    lock.lock();
    try {
      while (!released && !(removed && instances.isEmpty())) {
        boolean steady = false;
        try {
          steady = step(Instant.now());
        } catch (RuntimeException e) {
          LOG.error("Service {}: {}", name, e.getMessage(), e);
        }
        status = picture();
        changed.signalAll();
        Duration pause = steady ? WHILE_STEADY : WHILE_CHANGING;
        changed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Takes the steps that are due; answers whether all is as it is wanted. */
  private boolean step(Instant now) throws InterruptedException {
    for (Instance instance : instances) {
      instance.look(now);
    }
    instances.removeIf(Instance::isGone);
    int wanted = removed ? 0 : version.replicas();
    Rollout<Instance> next =
        Rollout.next(
            wanted,
            instances.stream()
                .filter(each -> each.state() != State.STOPPING)
                .map(each -> new Rollout.Copy<>(each, isCurrent(each), each.isReady()))
                .toList());
    next.stop().forEach(each -> each.stop(now));
    // Only now: what is not wanted any more is not started again.
    instances.forEach(each -> each.startAgain(now));
    for (int i = 0; i < next.start(); i++) {
      instances.add(Instance.start(machine, version, id(), now));
    }
    ready = instances.stream().filter(Instance::isReady).toList();
    return isAsWanted();
  }

  private boolean isCurrent(Instance instance) {
    return instance.isOf(version);
  }

  private boolean isAsWanted() {
    return instances.size() == (removed ? 0 : version.replicas())
        && instances.stream().allMatch(each -> isCurrent(each) && each.isReady());
  }

  private String id() {
    removeOldLogs();
    return name + "-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt(), 6);
  }

  private ServiceStatus picture() {
    ServiceStatus.State state;
    if (version.image().isEmpty()) {
      state = ServiceStatus.State.SLOT;
    } else if (instances.stream().anyMatch(each -> each.state() == State.WAITING)) {
      state = ServiceStatus.State.FAILING;
    } else if (instances.stream().anyMatch(each -> !isCurrent(each))) {
      state = ServiceStatus.State.UPDATING;
    } else {
      state = isAsWanted() ? ServiceStatus.State.RUNNING : ServiceStatus.State.STARTING;
    }
    return new ServiceStatus(
        version.spec(),
        version.image().map(LocalImage::digest),
        state,
        instances.stream().map(Instance::status).toList(),
        version.spec().ingress().map(machine::ingress));
  }

  /** Kills what takes more memory than its image allows. */
  void limit(Memory memory) {
    lock.lock();
    try {
      for (Instance each : instances) {
        each.child()
            .flatMap(child -> memory.above(child.pid(), each.memory()))
            .ifPresent(each::kill);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends what a hub has left that was killed while it ended this service. */
  static void end(Machine machine, String service) throws IOException {
    for (String id : ids(machine, service)) {
      Child.find(machine.instances(service).resolve(id)).ifPresent(Child::killAndWait);
    }
    InstanceRoot.delete(machine.instances(service));
  }

  /** What its instances have written, those that are gone included. */
  Logs logs() {
    return new OutputLogs(() -> logFiles(machine, name), () -> !removed && !released);
  }

  static List<LogFile> logFiles(Machine machine, String service) {
    Path folder = machine.logs(service);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .sorted(Comparator.comparing(LocalService::begun))
          .map(LogFile::new)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static FileTime begun(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).creationTime();
    } catch (IOException _) {
      return FileTime.fromMillis(0);
    }
  }

  private void removeOldLogs() {
    List<LogFile> all = new ArrayList<>(logFiles(machine, name));
    all.removeIf(log -> instances.stream().anyMatch(each -> each.log().equals(log)));
    try {
      for (LogFile log : all.subList(0, Math.max(0, all.size() - OLD_LOGS))) {
        Files.deleteIfExists(log.before());
        Files.deleteIfExists(log.file());
      }
    } catch (IOException e) {
      LOG.warn("An old log of service {} cannot be removed: {}", name, e.getMessage());
    }
  }
}
