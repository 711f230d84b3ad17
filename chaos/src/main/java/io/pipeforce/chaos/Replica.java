package io.pipeforce.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One of the service's replicas: it is started again whenever its process has ended. */
final class Replica {
  private static final Duration START_PATIENCE = Duration.ofMinutes(2);
  private static final Duration PROBE_PATIENCE = Duration.ofSeconds(2);

  /** The longest {@code maxDuration} of its handlers, and a margin for a busy machine. */
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(10 + 10);

  /** As {@link io.pipeforce.ServiceRuntime#main} documents it. */
  private static final int TERMINATED = 143;

  private final int number;
  private final Traffic traffic;
  private final int kills;
  private final int port;
  private final Path folder;
  private final LedgerCheck ledgers;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PROBE_PATIENCE).build();
  private final AtomicInteger starts = new AtomicInteger();
  private final List<String> problems = new ArrayList<>();
  private volatile boolean wanted = true;
  private volatile @Nullable Child child;
  private volatile @Nullable URI health;
  private volatile @Nullable Child terminating;
  private int poisoned;
  private @Nullable Thread keeper;

  Replica(int number, Traffic traffic, int kills, int port, Path folder, LedgerCheck ledgers) {
    this.number = number;
    this.traffic = traffic;
    this.kills = kills;
    this.port = port;
    this.folder = folder;
    this.ledgers = ledgers;
  }

  void start() {
    keeper = Thread.ofVirtual().start(this::keep);
  }

  private void keep() {
    try {
      while (wanted) {
        Child running = launch();
        child = running;
        try {
          String ready = running.awaitLine("ready: ", START_PATIENCE);
          health = URI.create(ready.substring(ready.lastIndexOf("http://")));
        } catch (TimeoutException e) {
          // It was killed before, or a message killed it; its exit code says which.
          if (running.isAlive()) {
            problem(e.getMessage());
            running.kill();
          }
        }
        while (!running.awaitEnd(Duration.ofSeconds(1))) {}
        health = null;
        ended(running);
      }
    } catch (IOException e) {
      problem("replica " + number + " cannot be started: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Child launch() throws IOException {
    String name = "service-" + number + "-" + starts.incrementAndGet();
    Map<String, String> environment = new HashMap<>();
    environment.put("PIPEFORCE_SERVICE", Names.SERVICE);
    environment.put("PIPEFORCE_NAMESPACE", "chaos");
    environment.put("PIPEFORCE_MESSAGE_BROKER", "amqp://guest:guest@127.0.0.1:" + port);
    environment.put("PIPEFORCE_MESSAGING_DEFAULT_TOPIC", Names.EXCHANGE);
    environment.put("PIPEFORCE_MESSAGING_DEFAULT_DLQ", Names.DEAD_LETTERS);
    environment.put("PIPEFORCE_HEALTH_PORT", "0");
    environment.put(ChaosService.SEED, Long.toString(traffic.seed()));
    environment.put(ChaosService.MESSAGES, Integer.toString(traffic.messages()));
    environment.put(ChaosService.POISONS, Integer.toString(traffic.poisons()));
    environment.put(ChaosService.KILLS, Integer.toString(kills));
    environment.put(ChaosService.JOURNAL, folder.resolve(name + ".journal").toString());
    return Child.start(name, folder, environment, "256m", "io.pipeforce.ServiceRuntime", List.of());
  }

  private synchronized void ended(Child ended) {
    int code = ended.exitValue();
    boolean told = ended == terminating || !wanted;
    switch (code) {
      case ChaosService.POISONED -> poisoned++;
      case 137 -> {}
      case TERMINATED -> {
        if (told) {
          ledgers.shutdown(ended.name(), ended.log());
        } else {
          problem(ended.name() + " ended with 143, but nobody sent SIGTERM");
        }
      }
      default -> problem(ended.name() + " ended with " + code + "; " + ended.log());
    }
  }

  private synchronized void problem(@Nullable String text) {
    problems.add(String.valueOf(text));
  }

  /** What went wrong that no fault explains. */
  synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  /** How often a message killed it. */
  synchronized int poisoned() {
    return poisoned;
  }

  int starts() {
    return starts.get();
  }

  // --- faults ----------------------------------------------------------------------------------

  void kill() throws InterruptedException {
    Child running = child;
    if (running != null) {
      running.kill();
    }
  }

  void freeze(Duration time) throws IOException, InterruptedException {
    Child running = child;
    if (running != null) {
      running.freeze();
      try {
        Pause.of(time);
      } finally {
        running.thaw();
      }
    }
  }

  /** SIGTERM; it must end in time. */
  void terminate() throws InterruptedException {
    Child running = child;
    if (running == null) {
      return;
    }
    terminating = running;
    running.terminate();
    if (!running.awaitEnd(STOP_PATIENCE)) {
      problem(
          running.name() + " did not end within " + STOP_PATIENCE.toSeconds() + " s of SIGTERM");
      running.kill();
    }
  }

  /** Ends it for good. */
  void stop() throws InterruptedException {
    wanted = false;
    terminate();
    Thread keeping = keeper;
    if (keeping != null) {
      keeping.join();
    }
  }

  /** Ends it for good, however the run ended. */
  void abandon() throws InterruptedException {
    wanted = false;
    kill();
  }

  // --- probes ----------------------------------------------------------------------------------

  /** What {@code /health/ready} answers, if anything; with it the ledgers are checked. */
  Optional<HttpResponse<String>> probe() throws InterruptedException {
    URI uri = health;
    Child running = child;
    if (uri == null || running == null) {
      return Optional.empty();
    }
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(uri.resolve("/health/ready")).timeout(PROBE_PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString());
      ledgers.live(running.name(), answer.body());
      return Optional.of(answer);
    } catch (IOException e) {
      // It is being killed, frozen or started.
      return Optional.empty();
    }
  }

  boolean ready() throws InterruptedException {
    return probe().map(answer -> answer.statusCode() == 200).orElse(false);
  }
}
