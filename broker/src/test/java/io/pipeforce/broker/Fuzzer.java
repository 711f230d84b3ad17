package io.pipeforce.broker;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.session.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.LoggerFactory;

/**
 * Lets hostile clients loose on a broker, many at a time, beside an observer that must not notice.
 * Afterwards nothing of them may be left.
 *
 * <p>By hand, see CONTRIBUTING.md: {@code Fuzzer FRAMES [SEED]} or {@code Fuzzer replay SEED}.
 */
final class Fuzzer {
  static final int LARGEST_MESSAGE = 64 * 1024;

  /** Small enough to be reached, large enough that what one client may hold fills no half of it. */
  static final Limits LIMITS =
      Limits.DEFAULT
          .withMessageSize(LARGEST_MESSAGE)
          .withMemory(64L * 1024 * 1024)
          .withConnections(500);

  private static final int CLIENTS = 16;
  private static final Duration SWEEP = Duration.ofMillis(100);

  /** Sweeps until all queues go, so that others can be declared by the same names. */
  private static final int SWEEPS = 30;

  private static final int TOO_MANY_QUEUES = 300;
  private static final int MOST_FINDINGS = 20;

  private final Broker broker;
  private final long frames;
  private final Duration atMost;
  private final AtomicLong nextSeed;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong octets = new AtomicLong();
  private final AtomicLong clients = new AtomicLong();
  private final Map<Integer, Integer> refusals = new ConcurrentSkipListMap<>();
  private final Set<Long> running = ConcurrentHashMap.newKeySet();
  private final Queue<String> findings = new ConcurrentLinkedQueue<>();

  private Fuzzer(Broker broker, long frames, long firstSeed, Duration atMost) {
    this.broker = broker;
    this.frames = frames;
    this.atMost = atMost;
    nextSeed = new AtomicLong(firstSeed);
  }

  /** What came of it; without findings all is well. */
  record Report(
      long frames,
      long octets,
      long octetsRead,
      long clients,
      Map<Integer, Integer> refusals,
      Duration took,
      long trips,
      Duration slowest,
      long heapBefore,
      long heapAfter,
      List<String> findings) {
    String text() {
      return "%,d frames (%,d KiB, of which the broker read %,d) of %,d clients in %d s, answered %s; the observer's %,d messages took %d ms at most; heap %,d KiB before, %,d KiB after; %d findings%s"
          .formatted(
              frames,
              octets / 1024,
              octetsRead / 1024,
              clients,
              took.toSeconds(),
              new TreeMap<>(refusals),
              trips,
              slowest.toMillis(),
              heapBefore / 1024,
              heapAfter / 1024,
              findings.size(),
              findings.stream().map(each -> "\n- " + each).reduce("", String::concat));
    }
  }

  /**
   * Starts a broker and runs clients until so many frames were sent or so much time has passed.
   *
   * @param seed of the first client; the next ones have the numbers that follow
   */
  static Report run(BrokerOptions options, long seed, long frames, Duration atMost)
      throws Exception {
    try (Broker broker = Broker.start(options.withLimits(LIMITS))) {
      return new Fuzzer(broker, frames, seed, atMost).run();
    }
  }

  private Report run() throws Exception {
    AppenderBase<ILoggingEvent> faults = listenForFaults();
    Thread.UncaughtExceptionHandler uncaught = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> found("uncaught in %s: %s".formatted(thread, e)));
    try {
      return measure();
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(uncaught);
      logger().detachAppender(faults);
    }
  }

  private Report measure() throws Exception {
    long topology = broker.server().host().topologyMemory().octets();
    // Once for what is made at the first time only.
    fuzz(nextSeed.get() + CLIENTS);
    awaitNothingLeft(topology);
    long descriptors = Leftovers.descriptors();
    long heapBefore = Leftovers.heap();
    Observer observer = Observer.of(broker);
    long begin = System.nanoTime();
    fuzz(Long.MAX_VALUE);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    Duration slowest = Duration.ZERO;
    try {
      slowest = observer.end();
    } catch (AssertionError e) {
      found(e.getMessage() + ": " + e.getCause());
    }
    awaitNothingLeft(topology);
    long more = Leftovers.descriptors() - descriptors;
    if (more > 0) {
      found(more + " more open files or sockets than before");
    }
    return new Report(
        sent.get(),
        octets.get(),
        broker.server().traffic().receivedOctets(),
        clients.get(),
        Map.copyOf(refusals),
        took,
        observer.trips(),
        slowest,
        heapBefore,
        Leftovers.heap(),
        List.copyOf(findings));
  }

  private void fuzz(long lastSeed) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
    try (ExecutorService readers = Executors.newCachedThreadPool();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      Future<?> sweeping =
          clock.scheduleWithFixedDelay(
              new Sweeper(), SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
      for (int i = 0; i < CLIENTS; i++) {
        threads.execute(() -> {
          while (sent.get() < frames
              && System.nanoTime() < end
              && findings.size() < MOST_FINDINGS
              && nextSeed.get() < lastSeed) {
            one(nextSeed.getAndIncrement(), readers, clock);
          }
        });
      }
      threads.shutdown();
      while (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
        System.out.printf(
            "%,d frames of %,d clients, %d findings%n", sent.get(), clients.get(), findings.size());
      }
      if (sweeping.isDone()) {
        found("nobody has swept: " + sweeping.exceptionNow());
      }
    } finally {
      clock.shutdownNow();
    }
  }

  private void one(long seed, ExecutorService readers, ScheduledExecutorService clock) {
    running.add(seed);
    HostileScript script = HostileScript.of(seed);
    HostileClient.Outcome outcome = HostileClient.run(script, broker.port(), readers, clock);
    sent.addAndGet(outcome.frames());
    octets.addAndGet(outcome.octets());
    clients.incrementAndGet();
    outcome.refusals().forEach((code, count) -> refusals.merge(code, count, Integer::sum));
    outcome
        .finding()
        .ifPresent(
            finding -> found("client %d, frame %d: %s".formatted(seed, outcome.frames(), finding)));
    running.remove(seed);
  }

  private void found(String finding) {
    String text = "%s (at work: %s)".formatted(finding, running);
    findings.add(text);
    System.out.println("FOUND " + text);
  }

  /** Keeps messages and queues that nobody takes from filling the memory, which may block all. */
  private final class Sweeper implements Runnable {
    private final VirtualHost host = broker.server().host();
    private int sweeps;

    @Override
    public void run() {
      boolean all =
          ++sweeps % SWEEPS == 0
              || host.queues().size() > TOO_MANY_QUEUES
              || host.topologyMemory().octets() > LIMITS.memory() / 8;
      host.queues().stream()
          .filter(queue -> !queue.definition().exclusive())
          .forEach(queue -> {
            if (all) {
              host.deleteQueue(queue, false, false);
            } else if (host.memory().bytes() > LIMITS.memory() / 4) {
              queue.purge();
            }
          });
    }
  }

  private void awaitNothingLeft(long topology) {
    VirtualHost host = broker.server().host();
    await(Duration.ofSeconds(30), () -> Leftovers.of(broker), List::isEmpty);
    Leftovers.deleteAll(broker);
    await(
        Duration.ofSeconds(5),
        () -> "octets of messages: " + host.memory().bytes(),
        "octets of messages: 0"::equals);
    await(
        Duration.ofSeconds(5),
        () -> host.topologyMemory().octets() - topology + " octets for " + host.bindings(),
        "0 octets for []"::equals);
    await(Duration.ofSeconds(30), Leftovers::objects, Map::isEmpty);
  }

  private <T> void await(Duration atMost, Callable<T> left, Predicate<T> nothing) {
    try {
      Awaitility.await().atMost(atMost).pollInterval(Duration.ofMillis(200)).until(left, nothing);
    } catch (ConditionTimeoutException e) {
      found("left over: " + e.getMessage());
    }
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger("io.pipeforce.broker");
  }

  /** What the broker logs as an error is its own fault. */
  private AppenderBase<ILoggingEvent> listenForFaults() {
    AppenderBase<ILoggingEvent> faults =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
              found(
                  event.getFormattedMessage()
                      + (event.getThrowableProxy() == null
                          ? ""
                          : ": " + ThrowableProxyUtil.asString(event.getThrowableProxy())));
            }
          }
        };
    faults.start();
    logger().setLevel(Level.ERROR);
    logger().addAppender(faults);
    return faults;
  }

  public static void main(String... arguments) throws Exception {
    if (arguments[0].equals("replay")) {
      System.out.println(HostileScript.of(Long.parseLong(arguments[1])).text());
      return;
    }
    long frames = Long.parseLong(arguments[0]);
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
    System.out.println("first seed " + seed);
    BrokerOptions options =
        Optional.ofNullable(System.getProperty("fuzz.data"))
            .map(folder -> BrokerOptions.local().withData(Path.of(folder)))
            .orElse(BrokerOptions.local());
    Report report = run(options, seed, frames, Duration.ofHours(24));
    System.out.println(report.text());
    System.exit(report.findings().isEmpty() ? 0 : 1);
  }
}
