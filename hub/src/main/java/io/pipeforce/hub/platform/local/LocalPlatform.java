package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.ingress.Backend;
import io.pipeforce.hub.ingress.Backends;
import io.pipeforce.hub.platform.JobSpec;
import io.pipeforce.hub.platform.JobStatus;
import io.pipeforce.hub.platform.JobStatus.State;
import io.pipeforce.hub.platform.Logs;
import io.pipeforce.hub.platform.Names;
import io.pipeforce.hub.platform.Platform;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.PlatformSource;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.ServiceStatus;
import io.pipeforce.hub.platform.Workload;
import io.pipeforce.hub.state.FolderStore;
import io.pipeforce.hub.state.KeyValueStore;
import io.pipeforce.hub.state.StateFile;
import io.pipeforce.image.ImageStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs services and jobs as child processes of this machine. */
public final class LocalPlatform implements Platform, Backends {
  private static final Logger LOG = LoggerFactory.getLogger(LocalPlatform.class);
  private static final Duration BETWEEN_WATCHES = Duration.ofSeconds(1);

  private final Machine machine;
  private final Images images;
  private final StateLock stateLock;
  private final AtClose atClose;
  private final Map<String, LocalService> services = new ConcurrentSkipListMap<>();
  private final LocalJobs jobs;

  /** One at a time decides that a service is kept from now on, or there would be two of it. */
  private final ReentrantLock keeping = new ReentrantLock();

  private final Thread watch;

  private LocalPlatform(Machine machine, Images images, StateLock stateLock, AtClose atClose) {
    this.machine = machine;
    this.atClose = atClose;
    this.images = images;
    this.stateLock = stateLock;
    this.jobs = new LocalJobs(machine);
    this.watch = Thread.ofVirtual().name("platform-watch").unstarted(this::watch);
  }

  /** What becomes of services and jobs when the platform is closed. */
  public enum AtClose {
    /** They go on, and the next platform on the same state takes them over. */
    LEAVE,
    /** They are ended in order; the next one starts the services again. */
    END
  }

  /**
   * The platform of this machine.
   *
   * @param state folder for what outlives the hub, made when it is not there
   * @param images where the images of this machine are
   */
  public static PlatformSource source(Path state, ImageStore images, AtClose atClose) {
    return surroundings -> in(new Machine(state, surroundings), images, atClose);
  }

  /**
   * The platform with what is kept in the machine's state.
   *
   * @throws PlatformException when another hub has it
   */
  static LocalPlatform in(Machine machine, ImageStore store, AtClose atClose) {
    Images images = new Images(store, System.getenv());
    return new LocalPlatform(machine, images, StateLock.of(machine.state()), atClose);
  }

  /**
   * Services and jobs that another hub has left go on, and what does not belong to any of them is
   * ended.
   *
   * @throws UncheckedIOException when the state cannot be read; the message names the file
   */
  @Override
  public void takeOver() {
    keeping.lock();
    try {
      takeOverServices();
      jobs.takeOver();
    } catch (IOException e) {
      throw new UncheckedIOException(machine.state() + " cannot be read: " + e.getMessage(), e);
    } finally {
      keeping.unlock();
    }
    watch.start();
  }

  private void takeOverServices() throws IOException {
    for (Path file : list(machine.services())) {
      if (file.toString().endsWith(Machine.SUFFIX)) {
        Optional<Version> version = new StateFile<>(file, Version.class).read();
        version.ifPresent(this::keep);
      }
    }
    for (Path folder : list(machine.instances())) {
      String service = folder.getFileName().toString();
      if (!services.containsKey(service)) {
        LOG.info("Ending what is left of service {}", service);
        LocalService.end(machine, service);
      }
    }
  }

  static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Override
  public ServiceStatus startService(ServiceSpec spec, Optional<PullSecret> secret)
      throws InterruptedException {
    requireFreeIngress(spec);
    Optional<LocalImage> image =
        spec.workload().isPresent()
            ? Optional.of(image(spec.workload().get(), secret))
            : Optional.empty();
    LocalService service;
    Version wanted;
    keeping.lockInterruptibly();
    try {
      // Again: another may have got it while the image was fetched.
      requireFreeIngress(spec);
      service = keep(new Version(0, slot(spec), Optional.empty()));
      wanted = service.want(spec, image);
    } finally {
      keeping.unlock();
    }
    return service.await(wanted);
  }

  /** The service of this name, which is kept as this version unless it is kept already. */
  private LocalService keep(Version version) {
    keeping.lock();
    try {
      String name = version.spec().name();
      LocalService kept = services.get(name);
      if (kept == null) {
        kept = LocalService.keep(machine, version);
        services.put(name, kept);
      }
      return kept;
    } finally {
      keeping.unlock();
    }
  }

  private static ServiceSpec slot(ServiceSpec spec) {
    return new ServiceSpec(
        spec.name(), Optional.empty(), spec.port(), Optional.empty(), 0, List.of());
  }

  private void requireFreeIngress(ServiceSpec spec) {
    for (ServiceStatus other : services()) {
      if (spec.ingress().isPresent()
          && other.spec().ingress().equals(spec.ingress())
          && !other.spec().name().equals(spec.name())) {
        throw PlatformException.ingressIsTaken(spec.ingress().get(), other.spec().name());
      }
    }
  }

  private LocalImage image(Workload workload, Optional<PullSecret> secret)
      throws InterruptedException {
    LocalImage image = images.get(workload.image(), workload.pullPolicy(), secret);
    Launch.command(image.config(), workload);
    return image;
  }

  @Override
  public void stopService(String name, boolean deleteVolumes) throws InterruptedException {
    LocalService service = services.get(name);
    if (service == null) {
      throw PlatformException.unknown("service", name, services.keySet());
    }
    service.remove();
    services.remove(name, service);
    if (deleteVolumes) {
      try {
        InstanceRoot.delete(machine.volumes(name));
      } catch (IOException e) {
        throw new UncheckedIOException(
            "the volumes of " + name + " cannot be removed: " + e.getMessage(), e);
      }
    }
  }

  @Override
  public Optional<ServiceStatus> service(String name) {
    return Optional.ofNullable(services.get(name)).map(LocalService::status);
  }

  @Override
  public List<ServiceStatus> services() {
    return services.values().stream().map(LocalService::status).toList();
  }

  /** Answers at once. */
  @Override
  public Backend find(String label) {
    for (LocalService service : services.values()) {
      if (service.hasIngress(label)) {
        return service.backend();
      }
    }
    return new Backend.Unknown();
  }

  @Override
  public JobStatus startJob(
      JobSpec spec, Optional<PullSecret> secret, boolean replace, boolean alone)
      throws InterruptedException {
    LocalImage image = image(spec.workload(), secret);
    return jobs.start(spec, image, replace, alone);
  }

  @Override
  public JobStatus awaitJob(String name, Duration longest) throws InterruptedException {
    return jobs.require(name).await(longest);
  }

  @Override
  public JobStatus stopJob(String name) throws InterruptedException {
    LocalJob job = jobs.require(name);
    job.stop(new LocalJob.Verdict(State.STOPPED, "it was stopped"));
    return job.status();
  }

  @Override
  public Optional<JobStatus> job(String name) {
    return jobs.find(name).map(LocalJob::status);
  }

  @Override
  public List<JobStatus> jobs() {
    return jobs.all().stream().map(LocalJob::status).toList();
  }

  @Override
  public Optional<Logs> logs(String name) {
    return serviceLogs(name).or(() -> jobLogs(name));
  }

  private Optional<Logs> serviceLogs(String name) {
    LocalService service = services.get(name);
    if (service != null) {
      return Optional.of(service.logs());
    }
    // Of one that has been stopped.
    return Names.isLabel(name) && !LocalService.logFiles(machine, name).isEmpty()
        ? Optional.of(new OutputLogs(() -> LocalService.logFiles(machine, name), () -> false))
        : Optional.empty();
  }

  @Override
  public Optional<Logs> jobLogs(String name) {
    return jobs.find(name).map(LocalJob::logs);
  }

  /** Looks after limits of memory and time. */
  private void watch() {
    try {
      while (true) {
        Thread.sleep(BETWEEN_WATCHES);
        try {
          watchOnce();
        } catch (RuntimeException e) {
          LOG.error("Watching over services and jobs: {}", e.getMessage(), e);
        }
      }
    } catch (InterruptedException _) {
      // The platform is closed.
    }
  }

  private void watchOnce() {
    Memory memory = Memory.now();
    for (LocalService service : services.values()) {
      service.limit(memory);
    }
    jobs.limit(memory, Instant.now());
  }

  /** An end that may take its time. */
  private interface Ending {
    void run() throws InterruptedException;
  }

  /** Ends all instances and jobs in order; services are started again by the next hub. */
  void suspend() {
    List<Ending> endings = new ArrayList<>();
    services.values().forEach(service -> endings.add(service::suspend));
    LocalJob.Verdict why =
        new LocalJob.Verdict(State.STOPPED, "it was stopped together with the hub");
    jobs.all().forEach(job -> endings.add(() -> job.stop(why)));
    // At the same time: each may need as long as its longest handler.
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      endings.forEach(ending -> threads.execute(() -> run(ending)));
    }
  }

  private static void run(Ending ending) {
    try {
      ending.run();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("While ending what runs: {}", e.getMessage(), e);
    }
  }

  @Override
  public KeyValueStore store(String kind) {
    return FolderStore.in(machine.state().resolve(kind));
  }

  @Override
  public Optional<Backends> backends() {
    return Optional.of(this);
  }

  @Override
  public void close() {
    if (atClose == AtClose.END) {
      suspend();
    }
    watch.interrupt();
    services.values().forEach(LocalService::release);
    try {
      stateLock.close();
    } catch (IOException e) {
      LOG.warn("The lock of {} cannot be closed: {}", machine.state(), e.getMessage());
    }
  }
}
